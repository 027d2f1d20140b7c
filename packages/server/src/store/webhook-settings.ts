import { type Integration, LIMITS } from '@sydx/contract';
import type { ClientBase, Pool } from 'pg';

/** What publishing needs to know of a webhook that has a filter. */
export interface WebhookFilterRow {
  id: string;
  tenant_no: number;
  events: string[];
  /** As it was stored, which a newer version of the product may have done; null: it is too large. */
  filter: unknown;
  filter_version: string;
}

/** What sending needs to know of a webhook. */
export interface WebhookSettingsRow {
  id: string;
  url: string;
  enabled: boolean;
  deleted: boolean;
  secret_key_id: string | null;
  secret_sealed: Buffer | null;
  integration: Integration | null;
  version: string;
}

/** Also what publishing needs to know. */
export interface ChangedWebhookRow extends WebhookSettingsRow {
  tenant_no: number;
  events: string[];
  filter: unknown;
  filter_version: string | null;
}

const COLUMNS = `id, url, enabled, deleted_at is not null as deleted, secret_key_id, secret_sealed,
  integration, version`;
/** A filter larger than any that is accepted is not understood, so its text stays where it is. */
const FILTER_COLUMNS = `tenant_no, events, filter_version,
  case when octet_length(filter::text) > ${LIMITS.filterBytes} then 'null' else filter end as filter`;
/** Of a page: with the largest filters that there may be 1.6 MB, well within the patience of its pool. */
const PAGE_ROWS = 100;

/**
 * Webhooks changed since a version, oldest change first, a page at a time. By the index on version: with nothing new it
 * reads one leaf, so every node may ask several times a second.
 */
export async function changedWebhooks(
  pool: Pool,
  sinceVersion: string,
): Promise<ChangedWebhookRow[]> {
  const { rows } = await pool.query<ChangedWebhookRow>({
    name: 'changed-webhooks',
    text: `select ${COLUMNS}, ${FILTER_COLUMNS} from sydx.webhooks where version > $1
      order by version limit ${PAGE_ROWS}`,
    values: [sinceVersion],
  });
  return rows;
}

export async function webhookSettingsByIds(
  pool: Pool,
  ids: readonly string[],
): Promise<WebhookSettingsRow[]> {
  const { rows } = await pool.query<WebhookSettingsRow>({
    name: 'webhook-settings',
    text: `select ${COLUMNS} from sydx.webhooks where id = any($1::bigint[])`,
    values: [ids],
  });
  return rows;
}

/**
 * Enabled webhooks with a filter, a page at a time, by webhooks_with_filter.
 *
 * @param afterId the last id of the page before; '0' at first
 */
export async function filteredWebhooks(pool: Pool, afterId: string): Promise<WebhookFilterRow[]> {
  const { rows } = await pool.query<WebhookFilterRow>(
    `select id, ${FILTER_COLUMNS} from sydx.webhooks
    where filter_version is not null and enabled and deleted_at is null and id > $1
    order by id limit ${PAGE_ROWS}`,
    [afterId],
  );
  return rows;
}

/**
 * The same of some tenants, by webhooks_by_tenant: up to 500 rows each.
 */
export async function filteredWebhooksOf(
  database: Pool | ClientBase,
  tenantNos: readonly number[],
): Promise<(WebhookFilterRow & { name: string })[]> {
  const { rows } = await database.query<WebhookFilterRow & { name: string }>(
    `select id, name, ${FILTER_COLUMNS} from sydx.webhooks
    where tenant_no = any($1::int[]) and deleted_at is null and enabled
      and filter_version is not null order by id`,
    [tenantNos],
  );
  return rows;
}

/** The version that every change so far is at or below. */
export async function settingsVersion(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>('select version from sydx.settings_clock');
  return rows[0]?.version ?? '0';
}
