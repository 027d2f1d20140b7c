import type { Scope } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { lockTenant } from './lock-tenant.ts';
import type { TenantRow } from './tenants.ts';
import { type Transaction, transaction } from './transaction.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  hint: string;
  scopes: Scope[];
  created_at: Date;
  last_used_at: Date | null;
}

/** Who calls: a key that is not revoked, with its tenant; an operator's key has none. */
export interface CallerRow {
  id: string;
  scopes: Scope[];
  tenant: Pick<TenantRow, 'no' | 'id' | 'plan'> | null;
  /** Whether it is time to call touchApiKey. */
  is_stale: boolean;
}

/** How exact last_used_at is: a key that is used all the time writes this seldom. */
const USED_EVERY = "interval '1 minute'";
const IS_STALE = `(last_used_at is null or last_used_at < clock_timestamp() - ${USED_EVERY})`;

/**
 * By the unique index on hash: one probe, and one more for the tenant.
 *
 * @param hash SHA-256 of the whole key
 */
export async function findCaller(pool: Pool, hash: Buffer): Promise<CallerRow | null> {
  const { rows } = await pool.query<{
    id: string;
    scopes: Scope[];
    no: number | null;
    tenant_id: string | null;
    plan: string | null;
    is_stale: boolean;
  }>({
    name: 'find-caller',
    text: `select k.id, k.scopes, ${IS_STALE} as is_stale, t.no, t.id as tenant_id, t.plan
      from sydx.api_keys k left join sydx.tenants t on t.no = k.tenant_no
      where k.hash = $1 and k.revoked_at is null`,
    values: [hash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { id, scopes, no, tenant_id, plan, is_stale } = row;
  const isTenants = no !== null && tenant_id !== null && plan !== null;
  return { id, scopes, is_stale, tenant: isTenants ? { no, id: tenant_id, plan } : null };
}

/** Notes that a key is in use; of several nodes that come at once, one writes. */
export async function touchApiKey(pool: Pool, id: string): Promise<void> {
  await pool.query(
    `update sydx.api_keys set last_used_at = clock_timestamp() where id = $1 and ${IS_STALE}`,
    [id],
  );
}

const COLUMNS = 'id, name, hint, scopes, created_at, last_used_at';

export interface NewApiKey {
  /** Null for an operator's key. */
  readonly tenantNo: number | null;
  readonly name: string;
  readonly hash: Buffer;
  readonly hint: string;
  readonly scopes: readonly Scope[];
}

/**
 * @param mostOfTenant how many working keys a tenant may have
 * @returns null when it has as many
 * @throws the driver's error 23505 when the very same key exists
 */
export async function insertApiKey(
  pool: Pool,
  key: NewApiKey,
  by: Actor,
  mostOfTenant = Infinity,
): Promise<ApiKeyRow | null> {
  return await transaction(pool, async (client) => {
    if (key.tenantNo !== null && (await isFull(client, key.tenantNo, mostOfTenant))) return null;
    const { rows } = await client.query<ApiKeyRow>(
      `insert into sydx.api_keys (tenant_no, name, hash, hint, scopes)
      values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
      [key.tenantNo, key.name, key.hash, key.hint, key.scopes],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('Inserting an API key answered no row.');
    await auditApiKey(client, by, key.tenantNo, 'api_key.created', row);
    return row;
  });
}

/** Under the tenant's lock, so that two at once don't pass the limit together. */
async function isFull(client: Transaction, tenantNo: number, most: number): Promise<boolean> {
  await lockTenant(client, tenantNo);
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from sydx.api_keys where tenant_no = $1 and revoked_at is null`,
    [tenantNo],
  );
  return (rows[0]?.count ?? 0) >= most;
}

/** A key's hint is its last 4 characters: enough to tell two apart. */
export async function auditApiKey(
  client: Transaction,
  by: Actor,
  tenantNo: number | null,
  action: 'api_key.created' | 'api_key.deleted',
  { id, name, hint, scopes }: Pick<ApiKeyRow, 'id' | 'name' | 'hint' | 'scopes'>,
): Promise<void> {
  const fields = { name, scopes, keyHint: hint };
  await writeAudit(client, by, {
    tenantNo,
    action,
    object: { kind: 'api_key', id: formatId('key', id), name },
    changes:
      action === 'api_key.created' ? changesBetween(null, fields) : changesBetween(fields, null),
  });
}

/** Newest first, by the index (tenant_no, id). @param beforeId the last id of the page before */
export async function listApiKeys(
  pool: Pool,
  tenantNo: number,
  limit: number,
  beforeId: string | null,
): Promise<ApiKeyRow[]> {
  const { rows } = await pool.query<ApiKeyRow>(
    `select ${COLUMNS} from sydx.api_keys
    where tenant_no = $1 and id < coalesce($2::bigint, 9223372036854775807) and revoked_at is null
    order by id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

export async function findApiKey(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<ApiKeyRow | null> {
  const { rows } = await pool.query<ApiKeyRow>(
    `select ${COLUMNS} from sydx.api_keys
    where tenant_no = $1 and id = $2 and revoked_at is null`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** @returns whether there was such a key; its row stays, so that a log can still name it */
export async function revokeApiKey(
  pool: Pool,
  tenantNo: number,
  id: string,
  by: Actor,
): Promise<boolean> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<ApiKeyRow>(
      `update sydx.api_keys set revoked_at = clock_timestamp()
      where tenant_no = $1 and id = $2 and revoked_at is null returning ${COLUMNS}`,
      [tenantNo, id],
    );
    const [row] = rows;
    if (row === undefined) return false;
    await auditApiKey(client, by, tenantNo, 'api_key.deleted', row);
    return true;
  });
}
