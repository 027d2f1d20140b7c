import type { AuditAction, WebhookFilter } from '@sydx/contract';
import type { Pool, PoolClient } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { cancelQueued } from './cancel-queued.ts';
import type { ChangedWebhook, SealedSecret } from './create-webhook.ts';
import { holdEventTypes } from './event-types.ts';
import { forgetFailing } from './failing-webhooks.ts';
import { loggingTransaction } from './logging-transaction.ts';
import type { Transaction } from './transaction.ts';
import { WEBHOOK_COLUMNS, type WebhookRow } from './webhooks.ts';

/** What is left out stays. */
export interface WebhookChange {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  /** Null takes it away. */
  readonly filter?: WebhookFilter | null | undefined;
  readonly secret?: SealedSecret | undefined;
}

/**
 * Changes a webhook and, with it, its subscriptions. Disabling cancels what waits in the queue; what
 * is on its way in a node's hands the node cancels itself.
 *
 * @returns null when there is no such webhook; `wasEnabled` tells what it was before
 * @throws UnknownEventTypes
 */
export async function changeWebhook(
  pool: Pool,
  tenantNo: number,
  id: string,
  change: WebhookChange,
  by: Actor,
): Promise<(ChangedWebhook & { wasEnabled: boolean }) | null> {
  return await loggingTransaction(pool, async (client) => {
    const before = await lock(client, tenantNo, id);
    if (before === null) return null;
    await holdEventTypes(client, tenantNo, change.events);
    const enabled = change.enabled ?? before.enabled;
    const events = change.events ?? before.events;
    const filter = change.filter === undefined ? before.filter : change.filter;
    if (before.enabled && !enabled) {
      await cancelQueued(client, id, 'webhook_disabled');
      await forgetFailing(client, id);
    }
    if (change.events !== undefined || enabled !== before.enabled) {
      await subscribe(client, { tenantNo, id, events: enabled ? events : [] });
    }
    await auditChange(client, by, { ...before, tenantNo }, { ...change, events, enabled, filter });
    // Last, because every change of every webhook waits for this row until the transaction ends.
    const { rows } = await client.query<WebhookRow & { version: string }>(
      `with next as (update sydx.settings_clock set version = version + 1 returning version)
      update sydx.webhooks set name = $3, url = $4, events = $5, enabled = $6,
        secret_key_id = coalesce($7, secret_key_id), secret_sealed = coalesce($8, secret_sealed),
        secret_hint = coalesce($9, secret_hint), version = next.version, filter = $10::json,
        filter_version = case when $10::json is null then null when $11 then next.version
          else filter_version end,
        updated_at = clock_timestamp()
      from next where tenant_no = $1 and id = $2
      returning ${WEBHOOK_COLUMNS}, webhooks.version`,
      [
        tenantNo,
        id,
        change.name ?? before.name,
        change.url ?? before.url,
        events,
        enabled,
        change.secret?.keyId ?? null,
        change.secret?.sealed ?? null,
        change.secret?.hint ?? null,
        filter === null ? null : JSON.stringify(filter),
        change.filter !== undefined,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Changing a locked webhook answered no row.');
    const { version, ...webhook } = row;
    return { webhook, version, wasEnabled: before.enabled };
  });
}

/**
 * Deletes a webhook: its secret is destroyed now, what waits is cancelled, and its row stays, so that
 * the log can go on naming it.
 *
 * @param onlyAt deletes it only while this is its URL
 * @returns the version that knows of it; null when there is no such webhook (any more)
 */
export async function deleteWebhook(
  pool: Pool,
  tenantNo: number,
  id: string,
  by: Actor,
  onlyAt?: string,
): Promise<string | null> {
  return await loggingTransaction(pool, (client) =>
    deleteWebhookIn(client, tenantNo, id, by, onlyAt),
  );
}

/** The same in a transaction of somebody. */
export async function deleteWebhookIn(
  client: Transaction,
  tenantNo: number,
  id: string,
  by: Actor,
  onlyAt?: string,
): Promise<string | null> {
  const before = await lock(client, tenantNo, id);
  if (before === null) return null;
  const { name, url, events, filter, integration } = before;
  if (onlyAt !== undefined && onlyAt !== url) return null;
  await writeAudit(client, by, {
    tenantNo,
    action: 'webhook.deleted',
    object: { kind: 'webhook', id: formatId('whk', id), name },
    changes: changesBetween({ name, url, events, filter, integration }, null),
  });
  await cancelQueued(client, id, 'webhook_deleted');
  await forgetFailing(client, id);
  await subscribe(client, { tenantNo, id, events: [] });
  const { rows } = await client.query<{ version: string }>(
    `with next as (update sydx.settings_clock set version = version + 1 returning version)
      update sydx.webhooks set enabled = false, deleted_at = clock_timestamp(),
        updated_at = clock_timestamp(), secret_key_id = null, secret_sealed = null,
        version = next.version
      from next where tenant_no = $1 and id = $2 returning webhooks.version`,
    [tenantNo, id],
  );
  return rows[0]?.version ?? null;
}

async function lock(client: PoolClient, tenantNo: number, id: string): Promise<WebhookRow | null> {
  const { rows } = await client.query<WebhookRow>(
    `select ${WEBHOOK_COLUMNS} from sydx.webhooks
    where tenant_no = $1 and id = $2 and deleted_at is null for no key update`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** Makes the subscriptions exactly these. */
async function subscribe(
  client: PoolClient,
  webhook: { tenantNo: number; id: string; events: readonly string[] },
): Promise<void> {
  await client.query(
    `delete from sydx.subscriptions where webhook_id = $1 and not (type = any($2::text[]))`,
    [webhook.id, webhook.events],
  );
  await client.query(
    `insert into sydx.subscriptions (tenant_no, type, webhook_id)
    select $1, unnest($2::text[]), $3 on conflict do nothing`,
    [webhook.tenantNo, webhook.events, webhook.id],
  );
}

/** Nothing is written down of a change that changes nothing. */
async function auditChange(
  client: PoolClient,
  by: Actor,
  before: WebhookRow & { tenantNo: number },
  change: WebhookChange,
): Promise<void> {
  const { id, name, url, events, enabled, filter, secret_hint: secretHint } = before;
  const after = {
    name: change.name ?? name,
    url: change.url ?? url,
    events: change.events ?? events,
    enabled: change.enabled ?? enabled,
    filter: change.filter === undefined ? filter : change.filter,
    secretHint: change.secret?.hint ?? secretHint,
  };
  const changes = changesBetween({ name, url, events, enabled, filter, secretHint }, after);
  if (changes.length === 0 && change.secret === undefined) return;
  let action: AuditAction = 'webhook.changed';
  if (change.secret !== undefined) action = 'webhook.secret_rotated';
  if (enabled !== after.enabled) action = after.enabled ? 'webhook.enabled' : 'webhook.disabled';
  await writeAudit(client, by, {
    tenantNo: before.tenantNo,
    action,
    object: { kind: 'webhook', id: formatId('whk', id), name: after.name },
    changes,
  });
}
