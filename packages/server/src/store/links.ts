import type { Role } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, type Deed, writeAudit } from './audit-log.ts';
import type { Transaction } from './transaction.ts';

/** How long a link of each purpose works. */
const LIFETIME = { invite: '7 days', reset: '24 hours', portal: '5 minutes' } as const;
/** How long whoever opens an ended link still reads what became of it. */
const REMEMBERED = "interval '30 days'";

/** What a link of each purpose is for. */
export type LinkKind =
  | { purpose: 'invite'; tenantNo: number; email: string; role: Role }
  | { purpose: 'reset'; tenantNo: number | null; personId: string; email: string }
  | { purpose: 'portal'; tenantNo: number };

export type NewLink = LinkKind & { readonly tokenHash: Buffer };

export interface MadeLink {
  id: string;
  created_at: Date;
  expires_at: Date;
}

/** A new invitation replaces the one before to the same address, a reset link the person's others. */
export async function insertLink(client: Transaction, link: NewLink, by: Actor): Promise<MadeLink> {
  await dropForgotten(client);
  if (link.purpose === 'invite') {
    await client.query(
      `delete from sydx.links
       where tenant_no = $1 and purpose = 'invite' and email = $2 and used_at is null`,
      [link.tenantNo, link.email],
    );
  }
  if (link.purpose === 'reset') {
    await client.query('delete from sydx.links where person_id = $1 and used_at is null', [
      link.personId,
    ]);
  }
  const { rows } = await client.query<MadeLink>(
    `insert into sydx.links (token_hash, purpose, tenant_no, person_id, email, role, expires_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::interval)
     returning id, created_at, expires_at`,
    [
      link.tokenHash,
      link.purpose,
      link.tenantNo,
      link.purpose === 'reset' ? link.personId : null,
      link.purpose === 'invite' ? link.email : null,
      link.purpose === 'invite' ? link.role : null,
      LIFETIME[link.purpose],
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('Making a link answered no row.');
  await writeAudit(client, by, { tenantNo: link.tenantNo, ...deedOf(link, row.id) });
  return row;
}

/** Never the token: whoever reads the audit log must not get in by it. */
function deedOf(link: LinkKind, id: string): Omit<Deed, 'tenantNo'> {
  if (link.purpose === 'invite') {
    const { email, role } = link;
    return {
      action: 'invite.created',
      object: { kind: 'invite', id: formatId('inv', id), name: email },
      changes: changesBetween(null, { role }),
    };
  }
  if (link.purpose === 'reset') {
    return {
      action: 'reset_link.created',
      object: { kind: 'member', id: formatId('per', link.personId), name: link.email },
    };
  }
  return {
    action: 'portal_link.created',
    object: { kind: 'portal_link', id: formatId('lnk', id), name: null },
  };
}

async function dropForgotten(client: Transaction): Promise<void> {
  await client.query(
    `delete from sydx.links where id in (
       select id from sydx.links where expires_at < clock_timestamp() - ${REMEMBERED}
       order by expires_at limit 100 for update skip locked
     )`,
  );
}

export interface LinkRow {
  id: string;
  purpose: 'invite' | 'reset' | 'portal';
  tenant_no: number | null;
  tenant_id: string | null;
  tenant_name: string | null;
  tenant_plan: string | null;
  /** Of a reset. */
  person_id: string | null;
  /** Of an invitation the invited address, of a reset the person's. */
  email: string | null;
  /** Of an invitation. */
  role: Role | null;
  state: 'open' | 'used' | 'expired';
}

const LINK = `
  select l.id, l.purpose, l.tenant_no, t.id as tenant_id, t.name as tenant_name,
    t.plan as tenant_plan, l.person_id,
    coalesce(l.email, p.email) as email, l.role,
    case when l.used_at is not null then 'used'
      when l.expires_at <= clock_timestamp() then 'expired' else 'open' end as state
  from sydx.links l
  left join sydx.tenants t on t.no = l.tenant_no
  left join sydx.people p on p.id = l.person_id
  where l.token_hash = $1`;

/** @returns null when there is no such link, or not any more */
export async function findLink(pool: Pool, tokenHash: Buffer): Promise<LinkRow | null> {
  const { rows } = await pool.query<LinkRow>(LINK, [tokenHash]);
  return rows[0] ?? null;
}

/** Uses a link up, before anything else of the transaction. @returns whether it was still open */
export async function useLink(client: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update sydx.links set used_at = clock_timestamp()
     where id = $1 and used_at is null and expires_at > clock_timestamp()`,
    [id],
  );
  return rowCount === 1;
}
