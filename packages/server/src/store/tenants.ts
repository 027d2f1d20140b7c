import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';

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
): Promise<TenantRow | null> {
  const { rows } = await pool.query<TenantRow>(
    `insert into sydx.tenants (id, name, plan) values ($1, $2, $3)
    on conflict (id) do nothing returning ${COLUMNS}`,
    [tenant.id, tenant.name, tenant.plan],
  );
  return rows[0] ?? null;
}

export async function findTenant(pool: Pool, id: string): Promise<TenantRow | null> {
  const { rows } = await pool.query<TenantRow>({
    name: 'find-tenant',
    text: `select ${COLUMNS} from sydx.tenants where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
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
): Promise<TenantRow | null> {
  const { rows } = await pool.query<TenantRow>(
    `update sydx.tenants set name = coalesce($2, name), plan = coalesce($3, plan)
    where id = $1 returning ${COLUMNS}`,
    [id, change.name ?? null, change.plan ?? null],
  );
  return rows[0] ?? null;
}
