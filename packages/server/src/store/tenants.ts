import type { Pool } from 'pg';
import { textArray } from './arrays.ts';
import { formatId } from '../base/ids.ts';
import { type Actor, type Change, changesBetween, type Deed, writeAudit } from './audit-log.ts';
import { type Transaction, transaction } from './transaction.ts';

export interface TenantRow {
  no: number;
  id: string;
  name: string;
  plan: string;
  created_at: Date;
}

const COLUMNS = 'no, id, name, plan, created_at';

/** An id for a tenant that comes without one: `ten_…`, by PostgreSQL's clock. */
export async function newTenantId(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('select sydx.new_id() as id');
  const [row] = rows;
  if (row === undefined) throw new Error('Making an id answered no row.');
  return formatId('ten', row.id);
}

/** @returns null when the id is taken */
export async function insertTenant(
  pool: Pool,
  tenant: { id: string; name: string; plan: string },
  by: Actor,
): Promise<TenantRow | null> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<TenantRow>(
      `insert into sydx.tenants (id, name, plan) values ($1, $2, $3)
    on conflict (id) do nothing returning ${COLUMNS}`,
      [tenant.id, tenant.name, tenant.plan],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { name, plan } = row;
    await auditTenant(client, by, 'tenant.created', row, changesBetween(null, { name, plan }));
    return row;
  });
}

async function auditTenant(
  client: Transaction,
  by: Actor,
  action: Deed['action'],
  { no, id, name }: Pick<TenantRow, 'no' | 'id' | 'name'>,
  changes: readonly Change[],
): Promise<void> {
  const object = { kind: 'tenant', id, name } as const;
  await writeAudit(client, by, { tenantNo: no, action, object, changes });
}

export async function findTenant(pool: Pool, id: string): Promise<TenantRow | null> {
  const { rows } = await pool.query<TenantRow>({
    name: 'find-tenant',
    text: `select ${COLUMNS} from sydx.tenants where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** By the unique index on the id. Ids that no tenant has are left out. */
export async function tenantsById(
  client: Transaction,
  ids: ReadonlySet<string>,
): Promise<Map<string, Pick<TenantRow, 'no' | 'id' | 'plan'>>> {
  const { rows } = await client.query<Pick<TenantRow, 'no' | 'id' | 'plan'>>({
    name: 'tenants-by-id',
    text: 'select no, id, plan from sydx.tenants where id = any($1::text[])',
    values: [textArray([...ids])],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Newest first, by the primary key. @param beforeNo the last number of the page before */
export async function listTenants(
  pool: Pool,
  limit: number,
  beforeNo: string | null,
): Promise<TenantRow[]> {
  const { rows } = await pool.query<TenantRow>(
    `select ${COLUMNS} from sydx.tenants where no < coalesce($1::bigint, 9223372036854775807)
    order by no desc limit $2`,
    [beforeNo, limit],
  );
  return rows;
}

/** What is left out stays. @returns null when there is no such tenant */
export async function updateTenant(
  pool: Pool,
  id: string,
  change: { name?: string | undefined; plan?: string | undefined },
  by: Actor,
): Promise<TenantRow | null> {
  return await transaction(pool, async (client) => {
    const { rows: stored } = await client.query<TenantRow>(
      `select ${COLUMNS} from sydx.tenants where id = $1 for no key update`,
      [id],
    );
    const { rows } = await client.query<TenantRow>(
      `update sydx.tenants set name = coalesce($2, name), plan = coalesce($3, plan)
      where id = $1 returning ${COLUMNS}`,
      [id, change.name ?? null, change.plan ?? null],
    );
    const [before] = stored;
    const [after] = rows;
    if (before === undefined || after === undefined) return null;
    const changes = changesBetween(
      { name: before.name, plan: before.plan },
      { name: after.name, plan: after.plan },
    );
    if (changes.length > 0) await auditTenant(client, by, 'tenant.changed', after, changes);
    return after;
  });
}
