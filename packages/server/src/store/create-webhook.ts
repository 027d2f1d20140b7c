import type { Integration, WebhookFilter } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { holdEventTypes } from './event-types.ts';
import { lockTenant } from './lock-tenant.ts';
import { type Transaction, transaction } from './transaction.ts';
import { WEBHOOK_COLUMNS, type WebhookRow } from './webhooks.ts';

/** A secret as it is stored. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
  readonly hint: string;
}

export interface NewWebhook {
  readonly tenantNo: number;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Null, or left out: it gets all of them. */
  readonly filter?: WebhookFilter | null | undefined;
  /** Null, or left out: no integration made it. */
  readonly integration?: Integration | null | undefined;
  /** Seals the secret for the row of this id. */
  readonly seal: (id: string) => SealedSecret;
}

/** What a change came to; nodes that work with `version` know of it. */
export interface ChangedWebhook {
  readonly webhook: WebhookRow;
  readonly version: string;
}

/**
 * Creates an enabled webhook with its subscriptions. The tenant's row is locked meanwhile, so that
 * requests at the same moment are counted one after the other and the limit is exact.
 *
 * @returns null when the tenant has `limit` webhooks already
 * @throws UnknownEventTypes
 */
export async function createWebhook(
  pool: Pool,
  webhook: NewWebhook,
  limit: number,
  by: Actor,
): Promise<ChangedWebhook | null> {
  return await transaction(pool, (client) => createWebhookIn(client, webhook, limit, by));
}

/** The same in a transaction of somebody, until whose end the tenant's row is locked. */
export async function createWebhookIn(
  client: Transaction,
  webhook: NewWebhook,
  limit: number,
  by: Actor,
): Promise<ChangedWebhook | null> {
  await lockTenant(client, webhook.tenantNo);
  const { rows: counts } = await client.query<{ count: number; id: string }>(
    `select count(*)::int as count, sydx.new_id() as id from sydx.webhooks
      where tenant_no = $1 and deleted_at is null`,
    [webhook.tenantNo],
  );
  const [counted] = counts;
  if (counted === undefined) throw new Error('Counting webhooks answered no row.');
  if (counted.count >= limit) return null;
  await holdEventTypes(client, webhook.tenantNo, webhook.events);

  const { keyId, sealed, hint } = webhook.seal(counted.id);
  const { tenantNo, name, url, events, filter = null, integration = null } = webhook;
  await writeAudit(client, by, {
    tenantNo,
    action: 'webhook.created',
    object: { kind: 'webhook', id: formatId('whk', counted.id), name },
    changes: changesBetween(null, {
      name,
      url,
      events,
      filter,
      integration,
      secretHint: hint,
    }),
  });
  const { rows } = await client.query<WebhookRow & { version: string }>(
    `with subscribed as (
        insert into sydx.subscriptions (tenant_no, type, webhook_id)
        select $2, unnest($5::text[]), $1
      ), next as (
        update sydx.settings_clock set version = version + 1 returning version
      )
      insert into sydx.webhooks
        (id, tenant_no, name, url, events, secret_key_id, secret_sealed, secret_hint, version,
         filter, filter_version, integration)
      select $1, $2, $3, $4, $5, $6, $7, $8, version,
        $9::json, case when $9::json is not null then version end, $10 from next
      returning ${WEBHOOK_COLUMNS}, version`,
    [
      counted.id,
      webhook.tenantNo,
      webhook.name,
      webhook.url,
      webhook.events,
      keyId,
      sealed,
      hint,
      filter === null ? null : JSON.stringify(filter),
      integration,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('Creating a webhook answered no row.');
  const { version, ...created } = row;
  return { webhook: created, version };
}
