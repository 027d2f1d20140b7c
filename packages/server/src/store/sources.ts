import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import {
  type Actor,
  type Change,
  changesBetween,
  type Deed,
  secretChanges,
  writeAudit,
} from './audit-log.ts';
import { lockTenant } from './lock-tenant.ts';
import { type Transaction, transaction } from './transaction.ts';

/** A source as an admin sees it: no secret, sealed or not, leaves the store this way. */
export interface SourceRow {
  id: string;
  kind: string;
  name: string;
  /** Settings that are no secrets. */
  settings: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
  /** To the minute; null until something verified came in. */
  last_received_at: Date | null;
}

/** A source's secrets as they are stored. */
export interface SealedSecrets {
  readonly keyId: string;
  readonly sealed: Buffer;
}

export interface NewSource {
  /** Null for an operator's source, which routes ids to tenants. */
  readonly tenantNo: number | null;
  readonly kind: string;
  readonly name: string;
  readonly settings: Record<string, unknown>;
  /** Seals the secrets for the row of this id. */
  readonly seal: (id: string) => SealedSecrets;
}

const COLUMNS = 'id, kind, name, settings, created_at, updated_at, last_received_at';

/** `is not distinct from` would not use the index (tenant_no, id). */
function ownedBy(tenantNo: number | null): string {
  return tenantNo === null ? '(tenant_no is null and $1::int is null)' : 'tenant_no = $1';
}

/** @param most how many a tenant may have @returns null when it has as many */
export async function createSource(
  pool: Pool,
  source: NewSource,
  most: number,
  by: Actor,
): Promise<SourceRow | null> {
  return await transaction(pool, async (client) => {
    if (source.tenantNo !== null && (await isFull(client, source.tenantNo, most))) return null;
    const { rows: made } = await client.query<{ id: string }>('select sydx.new_id() as id');
    const id = required(made[0]).id;
    const { keyId, sealed } = source.seal(id);
    const { rows } = await client.query<SourceRow>(
      `insert into sydx.sources
        (id, tenant_no, kind, name, settings, secrets_key_id, secrets_sealed)
      values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
      [id, source.tenantNo, source.kind, source.name, source.settings, keyId, sealed],
    );
    const row = required(rows[0]);
    await audit(
      client,
      by,
      source.tenantNo,
      'source.created',
      row,
      changesBetween(null, told(row)),
    );
    return row;
  });
}

/** Under the tenant's lock, so that two at once don't pass the limit together. */
async function isFull(client: Transaction, tenantNo: number, most: number): Promise<boolean> {
  await lockTenant(client, tenantNo);
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from sydx.sources where tenant_no = $1',
    [tenantNo],
  );
  return (rows[0]?.count ?? 0) >= most;
}

/** What of a source the audit log tells: each setting that is no secret is a field of its own. */
function told({ name, kind, settings }: SourceRow): Record<string, unknown> {
  return { name, kind, ...settings };
}

async function audit(
  client: Transaction,
  by: Actor,
  tenantNo: number | null,
  action: Deed['action'],
  { id, name }: Pick<SourceRow, 'id' | 'name'>,
  changes: readonly Change[],
): Promise<void> {
  const object = { kind: 'source', id: formatId('src', id), name } as const;
  await writeAudit(client, by, { tenantNo, action, object, changes });
}

/**
 * Newest first, by the index (tenant_no, id).
 *
 * @param tenantNo null for the operator's own
 * @param beforeId the last id of the page before
 */
export async function listSources(
  pool: Pool,
  tenantNo: number | null,
  limit: number,
  beforeId: string | null,
): Promise<SourceRow[]> {
  const { rows } = await pool.query<SourceRow>(
    `select ${COLUMNS} from sydx.sources
    where ${ownedBy(tenantNo)} and id < coalesce($2::bigint, 9223372036854775807)
    order by id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

/** @returns null when there is none, or it is another tenant's */
export async function findSource(
  pool: Pool,
  tenantNo: number | null,
  id: string,
): Promise<SourceRow | null> {
  const { rows } = await pool.query<SourceRow>(
    `select ${COLUMNS} from sydx.sources where ${ownedBy(tenantNo)} and id = $2`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

/** What a source is to become; what is left out stays. */
export interface SourceChange {
  readonly name?: string | undefined;
  readonly settings?: Record<string, unknown> | undefined;
  readonly secrets?: SealedSecrets | undefined;
  /** Names of the secrets that were given. */
  readonly secretNames?: readonly string[] | undefined;
}

/**
 * Changes a source under its row's lock, so that two changes at once both hold.
 *
 * @param decide gets what is stored; what it throws leaves the source as it was
 * @returns null when there is none, or it is another tenant's
 */
export async function changeSource(
  pool: Pool,
  tenantNo: number | null,
  id: string,
  decide: (source: SourceRow, secrets: SealedSecrets) => SourceChange,
  by: Actor,
): Promise<SourceRow | null> {
  return await transaction(pool, async (client) => {
    const { rows: stored } = await client.query<
      SourceRow & { secrets_key_id: string; secrets_sealed: Buffer }
    >(
      `select ${COLUMNS}, secrets_key_id, secrets_sealed from sydx.sources
      where ${ownedBy(tenantNo)} and id = $2 for no key update`,
      [tenantNo, id],
    );
    const [row] = stored;
    if (row === undefined) return null;
    const { secrets_key_id: keyId, secrets_sealed: sealed, ...source } = row;
    const { name, settings, secrets, secretNames = [] } = decide(source, { keyId, sealed });
    const { rows } = await client.query<SourceRow>(
      `update sydx.sources set name = coalesce($2, name), settings = coalesce($3, settings),
        secrets_key_id = coalesce($4, secrets_key_id),
        secrets_sealed = coalesce($5, secrets_sealed), updated_at = clock_timestamp()
      where id = $1 returning ${COLUMNS}`,
      [id, name ?? null, settings ?? null, secrets?.keyId ?? null, secrets?.sealed ?? null],
    );
    const changed = required(rows[0]);
    const changes = [...changesBetween(told(source), told(changed)), ...secretChanges(secretNames)];
    if (changes.length > 0) await audit(client, by, tenantNo, 'source.changed', changed, changes);
    return changed;
  });
}

/** Removes a source and its secrets; what it published stays. @returns whether there was one */
export async function deleteSource(
  pool: Pool,
  tenantNo: number | null,
  id: string,
  by: Actor,
): Promise<boolean> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<SourceRow>(
      `delete from sydx.sources where ${ownedBy(tenantNo)} and id = $2 returning ${COLUMNS}`,
      [tenantNo, id],
    );
    const [row] = rows;
    if (row === undefined) return false;
    await audit(client, by, tenantNo, 'source.deleted', row, changesBetween(told(row), null));
    return true;
  });
}

/** Whom a source publishes for. */
export interface SourceTenant {
  readonly no: number;
  /** The readable id, which delivered bodies carry. */
  readonly id: string;
  readonly plan: string;
}

/** A source as its URL needs it. */
export interface ReceivingSource {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly settings: Record<string, unknown>;
  /** Null for an operator's source. */
  readonly tenant: SourceTenant | null;
  readonly secrets: SealedSecrets;
  /** Nothing was noted for a minute: note what comes in now. */
  readonly isNoteDue: boolean;
}

/** By the primary keys of both tables: two probes for each request that comes in. */
export async function findReceivingSource(pool: Pool, id: string): Promise<ReceivingSource | null> {
  const { rows } = await pool.query<{
    kind: string;
    name: string;
    settings: Record<string, unknown>;
    secrets_key_id: string;
    secrets_sealed: Buffer;
    no: number | null;
    tenant_id: string | null;
    plan: string | null;
    is_note_due: boolean;
  }>({
    name: 'find-receiving-source',
    text: `select s.kind, s.name, s.settings, s.secrets_key_id, s.secrets_sealed,
        t.no, t.id as tenant_id, t.plan,
        coalesce(s.last_received_at < statement_timestamp() - interval '1 minute', true) as is_note_due
      from sydx.sources s left join sydx.tenants t on t.no = s.tenant_no where s.id = $1`,
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { kind, name, settings, no, tenant_id, plan } = row;
  const isTenants = no !== null && tenant_id !== null && plan !== null;
  return {
    id,
    kind,
    name,
    settings,
    tenant: isTenants ? { no, id: tenant_id, plan } : null,
    secrets: { keyId: row.secrets_key_id, sealed: row.secrets_sealed },
    isNoteDue: row.is_note_due,
  };
}

/** Notes that something came in, once a minute on all nodes together: others find nothing to do. */
export async function noteReceived(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: 'note-received',
    text: `update sydx.sources set last_received_at = statement_timestamp()
      where id = $1
        and coalesce(last_received_at < statement_timestamp() - interval '1 minute', true)`,
    values: [id],
  });
}

/** The tenants that an operator's source routes to, by their readable ids; unknown ids are left out. */
export async function findSourceTenants(
  pool: Pool,
  ids: readonly string[],
): Promise<Map<string, SourceTenant>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<SourceTenant>({
    name: 'find-source-tenants',
    text: 'select no, id, plan from sydx.tenants where id = any($1::text[])',
    values: [ids],
  });
  return new Map(rows.map((tenant) => [tenant.id, tenant]));
}

function required<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('PostgreSQL answered no row.');
  return row;
}
