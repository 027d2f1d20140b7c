import type { ClientBase, Pool } from 'pg';

export type WebhookState = 'enabled' | 'webhook_disabled' | 'webhook_deleted';

const READ = `select case when deleted_at is not null then 'webhook_deleted' when enabled then 'enabled'
  else 'webhook_disabled' end as state from sydx.webhooks where tenant_no = $1 and id = $2`;

/** @returns null when it is another tenant's or never was; the log knows deleted ones */
export async function readWebhookState(
  database: Pool,
  tenantNo: number,
  webhookId: string,
): Promise<WebhookState | null> {
  return await read(database, READ, tenantNo, webhookId);
}

/**
 * Locks a webhook, until the transaction ends, against changes and against other redeliveries and
 * replays, not against publishing.
 */
export async function lockWebhook(
  client: ClientBase,
  tenantNo: number,
  webhookId: string,
): Promise<WebhookState | null> {
  return await read(client, `${READ} for no key update`, tenantNo, webhookId);
}

async function read(
  database: Pool | ClientBase,
  statement: string,
  tenantNo: number,
  webhookId: string,
): Promise<WebhookState | null> {
  const { rows } = await database.query<{ state: WebhookState }>(statement, [tenantNo, webhookId]);
  return rows[0]?.state ?? null;
}
