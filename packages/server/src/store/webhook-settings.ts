import type { Pool } from 'pg';

/** What sending needs to know of a webhook. */
export interface WebhookSettingsRow {
  id: string;
  url: string;
  enabled: boolean;
  deleted: boolean;
  secret_key_id: string | null;
  secret_sealed: Buffer | null;
  version: string;
}

const COLUMNS = `id, url, enabled, deleted_at is not null as deleted, secret_key_id, secret_sealed,
  version`;

/**
 * Webhooks changed since a version, oldest change first. By the index on version: with nothing new it
 * reads one leaf, so every node may ask several times a second.
 */
export async function changedWebhooks(
  pool: Pool,
  sinceVersion: string,
): Promise<WebhookSettingsRow[]> {
  const { rows } = await pool.query<WebhookSettingsRow>({
    name: 'changed-webhooks',
    text: `select ${COLUMNS} from sydx.webhooks where version > $1 order by version limit 1000`,
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

/** The version that every change so far is at or below. */
export async function settingsVersion(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>('select version from sydx.settings_clock');
  return rows[0]?.version ?? '0';
}
