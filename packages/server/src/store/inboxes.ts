import { type InboxKind, LIMITS } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { deleteWebhookIn } from './change-webhook.ts';
import { type ChangedWebhook, createWebhookIn, type NewWebhook } from './create-webhook.ts';
import { lockTenant } from './lock-tenant.ts';
import { loggingTransaction } from './logging-transaction.ts';
import { type Transaction, transaction } from './transaction.ts';

export interface InboxRow {
  id: string;
  kind: InboxKind;
  token: string;
  /** Null once it was deleted. */
  webhook_id: string | null;
  answer_status: number;
  answer_delay_ms: number;
  request_count: number;
  last_number: number;
  created_at: Date;
  expires_at: Date;
}

export interface NewInbox {
  readonly tenantNo: number;
  readonly kind: InboxKind;
  readonly token: string;
  /** SHA-256 of the token. */
  readonly tokenHash: Buffer;
  readonly answerStatus: number;
  readonly answerDelayMs: number;
  /** A webhook that leads to it. */
  readonly webhook: NewWebhook | null;
}

export interface CreatedInbox {
  readonly inbox: InboxRow;
  readonly webhook: ChangedWebhook | null;
}

/** Both numbers are far below 2^53, and `::float8` comes as a number. */
const COLUMNS = `i.id, i.kind, i.token, i.answer_status, i.answer_delay_ms, i.created_at, i.expires_at,
  i.last_number::float8 as last_number,
  (select w.id from sydx.webhooks w where w.id = i.webhook_id and w.deleted_at is null) as webhook_id,
  (select count(*)::int from sydx.inbox_requests r where r.inbox_id = i.id) as request_count`;

/** Those that expired are gone for everybody, whether they were cleared away or not. */
const LIVING = 'i.expires_at > clock_timestamp()';

/**
 * Creates an inbox and, when there is to be one, the webhook that leads to it: both or neither. Under the
 * tenant's lock, so that two at once don't pass a limit together.
 *
 * @param limits how many of both a tenant may have
 * @throws UnknownEventTypes
 */
export async function createInbox(
  pool: Pool,
  inbox: NewInbox,
  limits: { readonly inboxes: number; readonly webhooks: number },
  by: Actor,
): Promise<CreatedInbox | 'inbox_limit' | 'webhook_limit'> {
  const { tenantNo, kind, token, tokenHash, answerStatus, answerDelayMs } = inbox;
  return await transaction(pool, async (client) => {
    await lockTenant(client, tenantNo);
    const { rows: counts } = await client.query<{ count: number }>(
      `select count(*)::int as count from sydx.inboxes i where i.tenant_no = $1 and ${LIVING}`,
      [tenantNo],
    );
    if ((counts[0]?.count ?? 0) >= limits.inboxes) return 'inbox_limit';
    const webhook =
      inbox.webhook === null
        ? null
        : await createWebhookIn(client, inbox.webhook, limits.webhooks, by);
    if (inbox.webhook !== null && webhook === null) return 'webhook_limit';
    const lifeSeconds = kind === 'try' ? LIMITS.inboxLifeSeconds : LIMITS.inboxReaderGoneSeconds;
    const { rows } = await client.query<InboxRow>(
      `insert into sydx.inboxes as i
        (tenant_no, kind, token, token_hash, webhook_id, answer_status, answer_delay_ms, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + make_interval(secs => $8))
      returning i.id, i.kind, i.token, i.webhook_id, i.answer_status, i.answer_delay_ms,
        i.last_number::float8 as last_number, 0 as request_count, i.created_at, i.expires_at`,
      [
        tenantNo,
        kind,
        token,
        tokenHash,
        webhook?.webhook.id ?? null,
        answerStatus,
        answerDelayMs,
        lifeSeconds,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Creating an inbox answered no row.');
    await audit(client, by, tenantNo, 'inbox.created', row.id, null, told(row));
    return { inbox: row, webhook };
  });
}

/** What of an inbox the audit log tells: its URL is none of that. */
function told(row: Pick<InboxRow, 'kind' | 'answer_status' | 'answer_delay_ms' | 'webhook_id'>) {
  return {
    kind: row.kind,
    answerStatus: row.answer_status,
    answerDelayMs: row.answer_delay_ms,
    webhook: row.webhook_id === null ? null : formatId('whk', row.webhook_id),
  };
}

async function audit(
  client: Transaction,
  by: Actor,
  tenantNo: number,
  action: 'inbox.created' | 'inbox.changed' | 'inbox.deleted',
  id: string,
  before: ReturnType<typeof told> | null,
  after: ReturnType<typeof told> | null,
): Promise<void> {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return;
  const object = { kind: 'inbox', id: formatId('inb', id), name: null } as const;
  await writeAudit(client, by, { tenantNo, action, object, changes });
}

/** Newest first, by inboxes_by_tenant. @param beforeId the last id of the page before */
export async function listInboxes(
  pool: Pool,
  tenantNo: number,
  limit: number,
  beforeId: string | null,
): Promise<InboxRow[]> {
  const { rows } = await pool.query<InboxRow>(
    `select ${COLUMNS} from sydx.inboxes i
    where i.tenant_no = $1 and i.id < coalesce($2::bigint, 9223372036854775807) and ${LIVING}
    order by i.id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

/** @returns null when there is none, it expired, or it is another tenant's */
export async function findInbox(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<InboxRow | null> {
  const { rows } = await pool.query<InboxRow>(
    `select ${COLUMNS} from sydx.inboxes i where i.tenant_no = $1 and i.id = $2 and ${LIVING}`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** Whether a token is that of an inbox of this tenant. */
export async function ownsInbox(pool: Pool, tenantNo: number, tokenHash: Buffer): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from sydx.inboxes i where i.token_hash = $1 and i.tenant_no = $2 and ${LIVING}`,
    [tokenHash, tenantNo],
  );
  return rowCount === 1;
}

/** What is left out stays. @returns null when there is none, it expired, or it is another tenant's */
export async function changeInboxAnswer(
  pool: Pool,
  tenantNo: number,
  id: string,
  answer: { readonly status?: number | undefined; readonly delayMs?: number | undefined },
  by: Actor,
): Promise<InboxRow | null> {
  return await transaction(pool, async (client) => {
    const { rows: stored } = await client.query<InboxRow>(
      `select ${COLUMNS} from sydx.inboxes i where i.tenant_no = $1 and i.id = $2 and ${LIVING}
      for no key update of i`,
      [tenantNo, id],
    );
    const [before] = stored;
    if (before === undefined) return null;
    const after = {
      ...before,
      answer_status: answer.status ?? before.answer_status,
      answer_delay_ms: answer.delayMs ?? before.answer_delay_ms,
    };
    await client.query(
      'update sydx.inboxes set answer_status = $2, answer_delay_ms = $3 where id = $1',
      [id, after.answer_status, after.answer_delay_ms],
    );
    await audit(client, by, tenantNo, 'inbox.changed', id, told(before), told(after));
    return after;
  });
}

/**
 * Deletes an inbox, what it kept, and its webhook as long as that one still leads to it.
 *
 * @returns `version`: nodes that work with it know of the webhook's end; null when no webhook went. Null
 *   when there is no such inbox
 */
export async function deleteInbox(
  pool: Pool,
  tenantNo: number,
  id: string,
  by: Actor,
): Promise<{ version: string | null } | null> {
  return await loggingTransaction(pool, async (client) => {
    const { rows } = await client.query<DoomedInbox>(
      `select ${DOOMED} from sydx.inboxes i where i.tenant_no = $1 and i.id = $2 and ${LIVING}
      for update of i`,
      [tenantNo, id],
    );
    const [row] = rows;
    return row === undefined ? null : { version: await remove(client, row, by) };
  });
}

type DoomedInbox = Pick<InboxRow, 'id' | 'kind' | 'answer_status' | 'answer_delay_ms'> & {
  tenant_no: number;
  webhook_id: string | null;
  /** The webhook's, where it still leads here. */
  webhook_url: string | null;
};

const DOOMED = `i.id, i.tenant_no, i.kind, i.answer_status, i.answer_delay_ms, i.webhook_id,
  (select w.url from sydx.webhooks w
    where w.id = i.webhook_id and w.deleted_at is null and right(w.url, length(i.token)) = i.token
  ) as webhook_url`;

/** @returns the version that knows of the webhook's end; null when none went */
async function remove(client: Transaction, row: DoomedInbox, by: Actor): Promise<string | null> {
  const { id, tenant_no: tenantNo, webhook_id: webhookId, webhook_url: url } = row;
  await audit(client, by, tenantNo, 'inbox.deleted', id, told(row), null);
  await client.query('delete from sydx.inboxes where id = $1', [id]);
  // Somebody may have pointed it at a server of theirs just now: then it is theirs.
  if (webhookId === null || url === null) return null;
  return await deleteWebhookIn(client, tenantNo, webhookId, by, url);
}

/**
 * Clears away one inbox that expired, as deleting does; several nodes at once take different ones. By
 * inboxes_by_expiry.
 *
 * @returns its decimal id; null when there is none
 */
export async function expireInbox(pool: Pool, by: Actor): Promise<string | null> {
  return await loggingTransaction(pool, async (client) => {
    const { rows } = await client.query<DoomedInbox>(
      `select ${DOOMED} from sydx.inboxes i where i.expires_at <= clock_timestamp()
      order by i.expires_at limit 1 for update of i skip locked`,
    );
    const [row] = rows;
    if (row === undefined) return null;
    await remove(client, row, by);
    return row.id;
  });
}
