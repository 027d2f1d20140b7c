import type { Role } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, writeAudit } from './audit-log.ts';
import { type Transaction, transaction } from './transaction.ts';

/** A person's session ends after this long unused, and at last after SESSION_LONGEST. */
const SESSION_IDLE = "interval '14 days'";
const SESSION_LONGEST = "interval '60 days'";
const PORTAL_SESSION = "interval '60 minutes'";
/** How exact last_seen_at is: a session that is used all the time writes this seldom. */
const SEEN_EVERY = "interval '5 minutes'";

export interface SessionRow {
  id: string;
  tenant_no: number;
  tenant_id: string;
  plan: string;
  /** Null: a portal. */
  person: { id: string; role: Role } | null;
  /** Of a portal: the link that opened it. */
  link_id: string | null;
  /** Whether it is time to call touchSession. */
  is_stale: boolean;
}

/**
 * Who holds this token, as of now: by the unique index on token_hash, and a probe each of the tenant
 * and the membership. A person who left the tenant has no session in it, whatever the row says.
 */
export async function findSession(pool: Pool, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await pool.query<
    Omit<SessionRow, 'person'> & { person_id: string | null; role: Role | null }
  >({
    name: 'find-session',
    text: `select s.id, s.tenant_no, t.id as tenant_id, t.plan, s.person_id, s.link_id, m.role,
        s.person_id is not null and s.last_seen_at < clock_timestamp() - ${SEEN_EVERY} as is_stale
      from sydx.sessions s
      join sydx.tenants t on t.no = s.tenant_no
      left join sydx.memberships m on m.person_id = s.person_id and m.tenant_no = s.tenant_no
      where s.token_hash = $1 and s.expires_at > clock_timestamp()
        and (s.person_id is null or m.role is not null)`,
    values: [tokenHash],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { person_id: personId, role, ...session } = row;
  return {
    ...session,
    person: personId === null || role === null ? null : { id: personId, role },
  };
}

/** Slides a person's session forward, and notes that the person was here. */
export async function touchSession(pool: Pool, id: string): Promise<void> {
  await pool.query(
    `with seen as (
       update sydx.sessions set last_seen_at = clock_timestamp(),
         expires_at = least(clock_timestamp() + ${SESSION_IDLE}, created_at + ${SESSION_LONGEST})
       where id = $1 and person_id is not null returning person_id, tenant_no
     )
     update sydx.memberships m set last_seen_at = clock_timestamp()
     from seen s where m.person_id = s.person_id and m.tenant_no = s.tenant_no`,
    [id],
  );
}

/**
 * Signs a person in to a tenant that they belong to. Clears away what has ended meanwhile.
 *
 * @returns the session's decimal id
 */
export async function insertPersonSession(
  client: Transaction,
  session: { tokenHash: Buffer; personId: string; tenantNo: number },
): Promise<string> {
  await dropEnded(client);
  const { rows } = await client.query<{ id: string }>(
    `insert into sydx.sessions (token_hash, kind, person_id, tenant_no, expires_at)
     values ($1, 'person', $2, $3, clock_timestamp() + ${SESSION_IDLE}) returning id`,
    [session.tokenHash, session.personId, session.tenantNo],
  );
  await client.query(
    `update sydx.memberships set last_seen_at = clock_timestamp()
     where person_id = $1 and tenant_no = $2`,
    [session.personId, session.tenantNo],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('Signing in answered no row.');
  return row.id;
}

/** @returns when it ends */
export async function insertPortalSession(
  client: Transaction,
  session: { tokenHash: Buffer; tenantNo: number; linkId: string },
): Promise<Date> {
  await dropEnded(client);
  const { rows } = await client.query<{ expires_at: Date }>(
    `insert into sydx.sessions (token_hash, kind, tenant_no, link_id, expires_at)
     values ($1, 'portal', $2, $3, clock_timestamp() + ${PORTAL_SESSION}) returning expires_at`,
    [session.tokenHash, session.tenantNo, session.linkId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('Opening a portal answered no row.');
  return row.expires_at;
}

/** By sessions_by_expiry, a bounded number at a time, past those that somebody else is deleting. */
async function dropEnded(client: Transaction): Promise<void> {
  await client.query(
    `delete from sydx.sessions where id in (
       select id from sydx.sessions where expires_at < clock_timestamp()
       order by expires_at limit 100 for update skip locked
     )`,
  );
}

/** Signs out of one session. @param id decimal */
export async function endSession(
  pool: Pool,
  id: string,
  tenantNo: number,
  by: Actor,
): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query('delete from sydx.sessions where id = $1', [id]);
    await auditEnd(client, tenantNo, formatId('ses', id), by);
  });
}

/** Signs a person out of every session. */
export async function endAllSessions(
  pool: Pool,
  personId: string,
  tenantNo: number,
  by: Actor,
): Promise<void> {
  await transaction(pool, async (client) => {
    await endSessionsOfPerson(client, personId);
    await auditEnd(client, tenantNo, null, by);
  });
}

/** @param id readable; null: all of them */
async function auditEnd(
  client: Transaction,
  tenantNo: number,
  id: string | null,
  by: Actor,
): Promise<void> {
  const object = { kind: 'session', id, name: id === null ? 'all sessions' : null } as const;
  await writeAudit(client, by, { tenantNo, action: 'session.ended', object });
}

/** Ends the session of this token, if there is one. */
export async function endSessionOf(client: Transaction, tokenHash: Buffer): Promise<void> {
  await client.query('delete from sydx.sessions where token_hash = $1', [tokenHash]);
}

/** @param but the one that stays; null: none does */
export async function endSessionsOfPerson(
  client: Transaction,
  personId: string,
  but: string | null = null,
): Promise<void> {
  await client.query(
    `delete from sydx.sessions where person_id = $1 and ($2::bigint is null or id <> $2)`,
    [personId, but],
  );
}

/** Whether a session is still there, and that it stays until the transaction ends. */
export async function holdSession(client: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await client.query('select from sydx.sessions where id = $1 for share', [
    id,
  ]);
  return rowCount === 1;
}

/** Moves a session to another tenant of the person's. @returns whether the person belongs to it */
export async function switchTenant(
  pool: Pool,
  session: { id: string; personId: string },
  tenantId: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update sydx.sessions s set tenant_no = m.tenant_no
     from sydx.memberships m join sydx.tenants t on t.no = m.tenant_no
     where s.id = $1 and s.person_id = $2 and m.person_id = s.person_id and t.id = $3`,
    [session.id, session.personId, tenantId],
  );
  return rowCount === 1;
}

export interface SessionView {
  kind: 'person' | 'portal';
  tenant: { no: number; id: string; name: string; plan: string };
  expires_at: Date;
  person: { id: string; email: string; name: string } | null;
}

/** What a session says of itself. @returns null when it ended meanwhile */
export async function readSession(pool: Pool, id: string): Promise<SessionView | null> {
  const { rows } = await pool.query<SessionView>(
    `select s.kind, s.expires_at,
       json_build_object('no', t.no, 'id', t.id, 'name', t.name, 'plan', t.plan) as tenant,
       case when p.id is not null then json_build_object(
         'id', p.id::text, 'email', p.email, 'name', coalesce(p.name, p.email)
       ) end as person
     from sydx.sessions s
     join sydx.tenants t on t.no = s.tenant_no
     left join sydx.people p on p.id = s.person_id
     where s.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
