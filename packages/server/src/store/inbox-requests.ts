import { LIMITS } from '@sydx/contract';
import type { Pool } from 'pg';

/** An inbox as its URL needs it. */
export interface ReceivingInbox {
  id: string;
  tenant_no: number;
  webhook_id: string | null;
  answer_status: number;
  answer_delay_ms: number;
}

/** By the unique index on token_hash: one probe for each request that comes in. */
export async function findReceivingInbox(
  pool: Pool,
  tokenHash: Buffer,
): Promise<ReceivingInbox | null> {
  const { rows } = await pool.query<ReceivingInbox>({
    name: 'find-receiving-inbox',
    text: `select id, tenant_no, webhook_id, answer_status, answer_delay_ms
      from sydx.inboxes where token_hash = $1 and expires_at > clock_timestamp()`,
    values: [tokenHash],
  });
  return rows[0] ?? null;
}

/** A secret that a request to an inbox may be signed with. */
export interface SealedWebhookSecret {
  webhook_id: string;
  key_id: string;
  sealed: Buffer;
}

/** More webhooks than this that lead to one inbox are not asked. */
const MOST_SECRETS = 5;

/**
 * Secrets of the webhooks that lead to an inbox: its own first, then those that somebody pointed at it.
 * By webhooks_by_tenant: up to 500 rows.
 */
export async function secretsOfInbox(
  pool: Pool,
  inbox: Pick<ReceivingInbox, 'tenant_no' | 'webhook_id'>,
  token: string,
): Promise<SealedWebhookSecret[]> {
  const { rows } = await pool.query<SealedWebhookSecret>({
    name: 'secrets-of-inbox',
    text: `select id as webhook_id, secret_key_id as key_id, secret_sealed as sealed
      from sydx.webhooks where tenant_no = $1 and deleted_at is null and right(url, length($2)) = $2
      order by (id = $3) is true desc, id desc limit ${MOST_SECRETS}`,
    values: [inbox.tenant_no, token, inbox.webhook_id],
  });
  return rows;
}

/** A request that arrived. */
export interface NewInboxRequest {
  readonly method: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sydxVerdict: string;
  readonly standardVerdict: string;
  readonly answerStatus: number;
  readonly answerDelayMs: number;
}

/** What a row costs besides what the sender chose. */
const ROW_BYTES = 200;

/**
 * Keeps a request: one statement, committed before anybody is answered. Its number is taken under the
 * inbox's row lock, which is held until the commit, so numbers have no gaps and whoever sees one sees all
 * below it. A `try` inbox forgets its oldest meanwhile; a `listen` inbox that is full takes nothing.
 *
 * @returns the number; null when the inbox is full or gone
 */
export async function keepInboxRequest(
  pool: Pool,
  inboxId: string,
  request: NewInboxRequest,
): Promise<number | null> {
  const headers = JSON.stringify(request.headers);
  const { method, query, body, sydxVerdict, standardVerdict, answerStatus, answerDelayMs } =
    request;
  const bytes = ROW_BYTES + Buffer.byteLength(headers) + query.length + body.length;
  const { rows } = await pool.query<{ number: number }>({
    name: 'keep-inbox-request',
    text: `with place as (
        update sydx.inboxes
        set last_number = last_number + 1, last_total_bytes = last_total_bytes + $2
        where id = $1 and expires_at > clock_timestamp() and (kind = 'try'
          or (last_number - read_number < ${LIMITS.inboxUnreadRequests}
            and last_total_bytes + $2 - read_total_bytes <= ${LIMITS.inboxUnreadBytes}))
        returning kind, last_number, last_total_bytes
      ), forgotten as (
        delete from sydx.inbox_requests r using place p
        where r.inbox_id = $1 and p.kind = 'try'
          and (r.number <= p.last_number - ${LIMITS.inboxRequests}
            or r.total_bytes <= p.last_total_bytes - ${LIMITS.inboxBytes})
      )
      insert into sydx.inbox_requests (inbox_id, number, total_bytes, method, query, headers, body,
        sydx_verdict, standard_verdict, answer_status, answer_delay_ms)
      select $1, last_number, last_total_bytes, $3, $4, $5, $6, $7, $8, $9, $10 from place
      returning number::float8 as number`,
    values: [
      inboxId,
      bytes,
      method,
      query,
      headers,
      body,
      sydxVerdict,
      standardVerdict,
      answerStatus,
      answerDelayMs,
    ],
  });
  return rows[0]?.number ?? null;
}

export interface InboxRequestRow {
  number: number;
  received_at: Date;
  method: string;
  query: string;
  /** JSON: pairs of name and value. */
  headers: string;
  body: Buffer;
  sydx_verdict: string;
  standard_verdict: string;
  answer_status: number;
  answer_delay_ms: number;
}

/** Of one page of requests, beyond its first. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Requests with a number above `after`, oldest first, by the primary key. An inbox forgets in batches of
 * its own, so what is past a `try` inbox's bounds may show for a moment.
 *
 * @param limit how many at most; fewer come once they are larger than 4 MiB together
 */
export async function readInboxRequests(
  pool: Pool,
  inboxId: string,
  after: number,
  limit: number,
): Promise<InboxRequestRow[]> {
  const { rows } = await pool.query<InboxRequestRow>({
    name: 'read-inbox-requests',
    text: `with first as (
        select total_bytes from sydx.inbox_requests
        where inbox_id = $1 and number > $2 order by number limit 1
      )
      select r.number::float8 as number, r.received_at, r.method, r.query, r.headers, r.body,
        r.sydx_verdict, r.standard_verdict, r.answer_status, r.answer_delay_ms
      from sydx.inbox_requests r, first
      where r.inbox_id = $1 and r.number > $2 and r.total_bytes <= first.total_bytes + ${PAGE_BYTES}
      order by r.number limit $3`,
    values: [inboxId, after, limit],
  });
  return rows;
}

/**
 * Says that the reader of a `listen` inbox is there, and has everything up to a number: that is dropped.
 * The inbox's row is locked first, as keeping a request does.
 *
 * @param upTo null: nothing new
 * @returns whether there is such an inbox
 */
export async function noteReader(
  pool: Pool,
  inboxId: string,
  upTo: number | null,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with held as materialized (
      select id, last_number from sydx.inboxes
      where id = $1 and kind = 'listen' and expires_at > clock_timestamp() for no key update
    ), newest as (
      select r.number, r.total_bytes from sydx.inbox_requests r, held h
      where r.inbox_id = h.id and r.number <= $2::bigint and r.number <= h.last_number
      order by r.number desc limit 1
    ), dropped as (
      delete from sydx.inbox_requests r using held h, newest n
      where r.inbox_id = h.id and r.number <= n.number
    )
    update sydx.inboxes i set
      read_number = greatest(i.read_number, (select number from newest)),
      read_total_bytes = greatest(i.read_total_bytes, (select total_bytes from newest)),
      expires_at = clock_timestamp() + make_interval(secs => ${LIMITS.inboxReaderGoneSeconds})
    from held where i.id = held.id`,
    [inboxId, upTo],
  );
  return rowCount === 1;
}

/** The newest number of each of these inboxes; those that are gone are left out. By the primary key. */
export async function newestNumbers(
  pool: Pool,
  inboxIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; number: number }>({
    name: 'newest-numbers',
    text: `select id, last_number::float8 as number from sydx.inboxes
      where id = any($1::bigint[]) and expires_at > clock_timestamp()`,
    values: [inboxIds],
  });
  return new Map(rows.map(({ id, number }) => [id, number]));
}
