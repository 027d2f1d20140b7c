import type { Integration, WebhookFilter } from '@sydx/contract';
import type { Pool } from 'pg';

/** A webhook as an admin sees it: no secret, sealed or not, leaves the store this way. */
export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  events: string[];
  enabled: boolean;
  filter: WebhookFilter | null;
  integration: Integration | null;
  secret_hint: string;
  created_at: Date;
  updated_at: Date;
  /** Null while it does well. */
  failing_since: Date | null;
}

export const WEBHOOK_COLUMNS = `id, name, url, events, enabled, filter, integration, secret_hint, created_at,
  updated_at, (select f.since from sydx.failing_webhooks f where f.webhook_id = webhooks.id) as failing_since`;

/** Newest first, by webhooks_by_tenant. @param beforeId the last id of the page before */
export async function listWebhooks(
  pool: Pool,
  tenantNo: number,
  limit: number,
  beforeId: string | null,
): Promise<WebhookRow[]> {
  const { rows } = await pool.query<WebhookRow>(
    `select ${WEBHOOK_COLUMNS} from sydx.webhooks
    where tenant_no = $1 and id < coalesce($2::bigint, 9223372036854775807) and deleted_at is null
    order by id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

/** @returns null when there is none, it was deleted, or it is another tenant's */
export async function findWebhook(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<WebhookRow | null> {
  const { rows } = await pool.query<WebhookRow>(
    `select ${WEBHOOK_COLUMNS} from sydx.webhooks
    where tenant_no = $1 and id = $2 and deleted_at is null`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}
