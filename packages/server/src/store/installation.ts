import type { Scope } from '@sydx/contract';
import { type ApiKeyRow, auditApiKey, type NewApiKey } from './api-keys.ts';
import { changesBetween, SYSTEM, writeAudit } from './audit-log.ts';
import { auditedMember } from './members.ts';
import type { Transaction } from './transaction.ts';

/** What every start makes sure of, in one transaction that starts carry out one after the other. */

/** Any number that nothing else on this database locks. */
const START_LOCK = 7_309_441_526;

/** Waits for other nodes that are starting; held until the transaction ends. */
export async function lockStart(client: Transaction): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [START_LOCK]);
}

export interface InstalledTenant {
  no: number;
  id: string;
}

/** @param id null: the oldest tenant */
export async function findInstalledTenant(
  client: Transaction,
  id: string | null,
): Promise<InstalledTenant | null> {
  const { rows } = await client.query<InstalledTenant>(
    `select no, id from sydx.tenants where $1::text is null or id = $1 order by no limit 1`,
    [id],
  );
  return rows[0] ?? null;
}

/** @returns a decimal id that nothing else has */
export async function newId(client: Transaction): Promise<string> {
  const { rows } = await client.query<{ id: string }>('select sydx.new_id() as id');
  const row = rows[0];
  if (row === undefined) throw new Error('Making an id answered no row.');
  return row.id;
}

export async function installTenant(
  client: Transaction,
  tenant: { id: string; name: string },
): Promise<InstalledTenant> {
  const { rows } = await client.query<InstalledTenant>(
    'insert into sydx.tenants (id, name) values ($1, $2) returning no, id',
    [tenant.id, tenant.name],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('Inserting the first tenant answered no row.');
  const { id, name } = tenant;
  await writeAudit(client, SYSTEM, {
    tenantNo: row.no,
    action: 'tenant.created',
    object: { kind: 'tenant', id, name },
    changes: changesBetween(null, { name }),
  });
  return row;
}

export async function hasOperatorKey(client: Transaction): Promise<boolean> {
  const { rows } = await client.query(
    `select from sydx.api_keys
    where tenant_no is null and revoked_at is null and 'operator' = any(scopes) limit 1`,
  );
  return rows.length > 0;
}

/**
 * Makes a key work, again if it was revoked, and revokes every other one of its owner with its name:
 * there is one key of each setting.
 *
 * @returns false when the very same key belongs to somebody else
 */
export async function installApiKey(client: Transaction, key: NewApiKey): Promise<boolean> {
  await revokeApiKeysNamed(client, key.tenantNo, key.name, key.hash);
  // What starts find as they left it is nothing that somebody did.
  const { rows: known } = await client.query(
    'select from sydx.api_keys where hash = $1 and revoked_at is null',
    [key.hash],
  );
  const { rows } = await client.query<ApiKeyRow>(
    `insert into sydx.api_keys (tenant_no, name, hash, hint, scopes) values ($1, $2, $3, $4, $5)
    on conflict (hash) do update set revoked_at = null, name = excluded.name, scopes = excluded.scopes
    where api_keys.tenant_no is not distinct from excluded.tenant_no
    returning id, name, hint, scopes`,
    [key.tenantNo, key.name, key.hash, key.hint, [...key.scopes] satisfies Scope[]],
  );
  const [row] = rows;
  if (row !== undefined && known.length === 0) {
    await auditApiKey(client, SYSTEM, key.tenantNo, 'api_key.created', row);
  }
  return row !== undefined;
}

/** @param butHash the hash of one that stays */
export async function revokeApiKeysNamed(
  client: Transaction,
  tenantNo: number | null,
  name: string,
  butHash: Buffer = Buffer.alloc(0),
): Promise<void> {
  const { rows } = await client.query<ApiKeyRow>(
    `update sydx.api_keys set revoked_at = clock_timestamp()
    where tenant_no is not distinct from $1 and name = $2 and hash <> $3 and revoked_at is null
    returning id, name, hint, scopes`,
    [tenantNo, name, butHash],
  );
  for (const row of rows) await auditApiKey(client, SYSTEM, tenantNo, 'api_key.deleted', row);
}

export async function hasAdmin(client: Transaction, tenantNo: number): Promise<boolean> {
  const { rows } = await client.query(
    `select from sydx.memberships where tenant_no = $1 and role = 'admin' limit 1`,
    [tenantNo],
  );
  return rows.length > 0;
}

/** @returns the person's decimal id, or null when nobody has this address */
export async function findPersonId(client: Transaction, email: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    'select id from sydx.people where email = $1',
    [email],
  );
  return rows[0]?.id ?? null;
}

/** @returns the person's decimal id */
export async function insertPerson(
  client: Transaction,
  person: { email: string; passwordHash: string },
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'insert into sydx.people (email, password_hash) values ($1, $2) returning id',
    [person.email, person.passwordHash],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('Inserting the first admin answered no row.');
  return row.id;
}

/** Makes somebody an admin of a tenant, whatever they were there before. */
export async function installAdmin(
  client: Transaction,
  tenantNo: number,
  personId: string,
): Promise<void> {
  const { rows } = await client.query<{ email: string }>(
    `with joined as (
      insert into sydx.memberships (person_id, tenant_no, role) values ($1, $2, 'admin')
      on conflict (person_id, tenant_no) do update set role = 'admin'
      where memberships.role <> 'admin' returning person_id
    )
    select p.email from joined j join sydx.people p on p.id = j.person_id`,
    [personId, tenantNo],
  );
  for (const { email } of rows) {
    await writeAudit(client, SYSTEM, {
      tenantNo,
      action: 'member.joined',
      object: auditedMember({ id: personId, email }),
      changes: changesBetween(null, { role: 'admin' }),
    });
  }
}
