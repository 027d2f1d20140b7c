import type { FieldError, ProblemCode } from '@sydx/contract';
import type { Pool } from 'pg';
import type { OutboxRow } from './outbox-rows.ts';
import type { Transaction } from './transaction.ts';

/** Why an event of an outbox was not accepted: what POST /v1/events would have answered. */
export interface Rejection {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

export interface RejectedRow {
  /** Decimal. */
  readonly id: string;
  /** What sydx.publish returned, decimal. */
  readonly number: string;
  readonly tenant: string;
  readonly type: string;
  readonly key: string | null;
  readonly happened_at: Date | null;
  readonly published_at: Date;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: FieldError[];
}

export type RejectedRowWithData = RejectedRow & {
  /** JSON as the producer wrote it. */
  readonly data: string;
};

const COLUMNS = 'id, number, tenant, type, key, happened_at, published_at, code, detail, errors';

export async function keepRejected(
  transaction: Transaction,
  installation: string,
  rejected: readonly { readonly row: OutboxRow; readonly why: Rejection }[],
): Promise<void> {
  for (const { row, why } of rejected) {
    await transaction.query({
      name: 'keep-rejected',
      text: `insert into sydx.outbox_rejected (installation, number, tenant, type, data, key,
          happened_at, published_at, code, detail, errors)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [
        installation,
        row.id,
        row.tenant,
        row.type,
        row.data,
        row.key,
        row.happened_at,
        row.published_at,
        why.code,
        why.detail,
        JSON.stringify(why.errors),
      ],
    });
  }
}

/**
 * Newest first, by outbox_rejected_by_tenant, or by the primary key for all tenants.
 *
 * @param tenant null: of every tenant, and of those that do not exist
 */
export async function listRejected(
  pool: Pool,
  tenant: string | null,
  limit: number,
  before: string | null,
): Promise<RejectedRow[]> {
  const { rows } = await pool.query<RejectedRow>(
    `select ${COLUMNS} from sydx.outbox_rejected
    where id < coalesce($1::bigint, 9223372036854775807) ${tenant === null ? '' : 'and tenant = $3'}
    order by id desc limit $2`,
    [before, limit, ...(tenant === null ? [] : [tenant])],
  );
  return rows;
}

/** @param tenant null: of any tenant */
export async function findRejected(
  pool: Pool,
  tenant: string | null,
  id: string,
): Promise<RejectedRowWithData | null> {
  const { rows } = await pool.query<RejectedRowWithData>(
    `select ${COLUMNS}, data::text as data from sydx.outbox_rejected
    where id = $1 and ($2::text is null or tenant = $2)`,
    [id, tenant],
  );
  return rows[0] ?? null;
}

/** Removes one and gives it, so that whoever comes second finds nothing. @param tenant null: of any */
export async function takeRejected(
  transaction: Transaction,
  tenant: string | null,
  id: string,
): Promise<RejectedRowWithData | null> {
  const { rows } = await transaction.query<RejectedRowWithData>(
    `delete from sydx.outbox_rejected where id = $1 and ($2::text is null or tenant = $2)
    returning ${COLUMNS}, data::text as data`,
    [id, tenant],
  );
  return rows[0] ?? null;
}

/** Notes why it was rejected again. By the primary key. */
export async function rejectAgain(pool: Pool, id: string, why: Rejection): Promise<void> {
  await pool.query(
    'update sydx.outbox_rejected set code = $2, detail = $3, errors = $4 where id = $1',
    [id, why.code, why.detail, JSON.stringify(why.errors)],
  );
}

/** Removes what is past retention. By the primary key, whose ids carry their time. */
export async function forgetRejected(pool: Pool, retentionDays: number): Promise<number> {
  const { rowCount } = await pool.query(
    'delete from sydx.outbox_rejected where id < sydx.id_at(clock_timestamp() - make_interval(days => $1))',
    [retentionDays],
  );
  return rowCount ?? 0;
}
