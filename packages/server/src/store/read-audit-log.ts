import type { ActorKind, AuditAction, AuditObjectKind } from '@sydx/contract';
import type { Pool } from 'pg';
import type { Change } from './audit-log.ts';
import type { IdRange } from './id-range.ts';

export interface AuditRow {
  id: string;
  tenant_id: string | null;
  action: AuditAction;
  actor_kind: ActorKind;
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  object_kind: AuditObjectKind;
  object_id: string | null;
  object_name: string | null;
  changes: Change[];
}

export interface AuditFilter {
  /** Null: those of all tenants and of none, for the operator. */
  readonly tenantNo: number | null;
  readonly range: IdRange;
  readonly limit: number;
  /** Only about these kinds of things; undefined: about all. */
  readonly objectKinds?: readonly AuditObjectKind[] | undefined;
  readonly action?: AuditAction | undefined;
  /** Readable ids. */
  readonly object?: string | undefined;
  readonly actor?: string | undefined;
}

/**
 * Newest first. By audit_log_by_tenant, audit_log_by_object or audit_log_by_actor; for the operator by
 * the primary key.
 */
export async function listAuditLog(pool: Pool, filter: AuditFilter): Promise<AuditRow[]> {
  const values: unknown[] = [filter.range.low, filter.range.high, filter.limit];
  const conditions = ['a.id >= $1', 'a.id < $2'];
  const also = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  also((place) => `a.tenant_no = ${place}`, filter.tenantNo);
  also((place) => `a.action = ${place}`, filter.action);
  also((place) => `a.object_kind = any(${place}::text[])`, filter.objectKinds);
  also((place) => `a.object_id = ${place}`, filter.object);
  also((place) => `a.actor_id = ${place}`, filter.actor);
  const { rows } = await pool.query<AuditRow>(
    `select a.id, t.id as tenant_id, a.action, a.actor_kind, a.actor_id, a.actor_name, a.address,
       a.object_kind, a.object_id, a.object_name, a.changes
     from sydx.audit_log a left join sydx.tenants t on t.no = a.tenant_no
     where ${conditions.join(' and ')} order by a.id desc limit $3`,
    values,
  );
  return rows;
}

/**
 * Ends what is past its age, by the primary key, a bounded number at a time.
 *
 * @returns how many rows went: call again while it is `limit`
 */
export async function forgetAudit(
  pool: Pool,
  retentionDays: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from sydx.audit_log where id in (
       select id from sydx.audit_log
       where id < sydx.id_at(clock_timestamp() - $1 * interval '1 day')
       order by id limit $2 for update skip locked
     )`,
    [retentionDays, limit],
  );
  return rowCount ?? 0;
}
