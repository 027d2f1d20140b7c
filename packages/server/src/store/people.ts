import type { Role } from '@sydx/contract';
import type { Pool } from 'pg';
import type { Transaction } from './transaction.ts';

export interface PersonRow {
  id: string;
  email: string;
  password_hash: string;
}

/** @param email lower case */
export async function findPersonByEmail(pool: Pool, email: string): Promise<PersonRow | null> {
  const { rows } = await pool.query<PersonRow>(
    'select id, email, password_hash from sydx.people where email = $1',
    [email],
  );
  return rows[0] ?? null;
}

export async function findPerson(pool: Pool, id: string): Promise<PersonRow | null> {
  const { rows } = await pool.query<PersonRow>(
    'select id, email, password_hash from sydx.people where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Makes sure until the transaction ends that a person still has the password that was checked, and
 * that neither password nor memberships change meanwhile.
 */
export async function holdPerson(
  client: Transaction,
  { id, password_hash: passwordHash }: PersonRow,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from sydx.people where id = $1 and password_hash = $2 for no key update',
    [id, passwordHash],
  );
  return rowCount === 1;
}

/**
 * A person of this address and password. Somebody who belongs nowhere any more starts afresh: that
 * password opened nothing.
 *
 * @returns the decimal id; null when somebody of this address belongs to a tenant
 */
export async function insertInvitedPerson(
  client: Transaction,
  person: { email: string; name: string | undefined; passwordHash: string },
): Promise<string | null> {
  const values = [person.email, person.name ?? null, person.passwordHash];
  const { rows: inserted } = await client.query<{ id: string }>(
    `insert into sydx.people (email, name, password_hash) values ($1, $2, $3)
     on conflict (email) do nothing returning id`,
    values,
  );
  if (inserted[0] !== undefined) return inserted[0].id;
  // A statement of its own takes the lock, so that the next one sees what was committed until then.
  await client.query('select from sydx.people where email = $1 for no key update', [person.email]);
  const { rows: revived } = await client.query<{ id: string }>(
    `update sydx.people p set name = coalesce($2, name), password_hash = $3
     where email = $1 and not exists (select from sydx.memberships m where m.person_id = p.id)
     returning id`,
    values,
  );
  return revived[0]?.id ?? null;
}

/** Nobody else changes the password or the memberships of this person until the transaction ends. */
export async function lockPerson(client: Transaction, id: string): Promise<void> {
  await client.query('select from sydx.people where id = $1 for no key update', [id]);
}

/** @param email lower case @returns whether somebody of this address belongs to any tenant */
export async function hasAccount(pool: Pool, email: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select from sydx.people p join sydx.memberships m on m.person_id = p.id
     where p.email = $1 limit 1`,
    [email],
  );
  return rows.length > 0;
}

/** Replaces a password and takes away every reset link that is still out. */
export async function setPassword(
  client: Transaction,
  personId: string,
  passwordHash: string,
): Promise<void> {
  await client.query('update sydx.people set password_hash = $2 where id = $1', [
    personId,
    passwordHash,
  ]);
  await client.query('delete from sydx.links where person_id = $1 and used_at is null', [personId]);
}

export interface TenantOfPerson {
  no: number;
  id: string;
  name: string;
  plan: string;
  role: Role;
}

/**
 * Where a person belongs, in the order in which they are offered: where there is something to do
 * first, then where they were last.
 */
export async function tenantsOfPerson(pool: Pool, personId: string): Promise<TenantOfPerson[]> {
  const { rows } = await pool.query<TenantOfPerson>(
    `select t.no, t.id, t.name, t.plan, m.role
     from sydx.memberships m join sydx.tenants t on t.no = m.tenant_no
     where m.person_id = $1
     order by t.plan = 'pro' desc, m.role = 'admin' desc, m.last_seen_at desc nulls last, t.no`,
    [personId],
  );
  return rows;
}
