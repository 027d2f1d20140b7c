import type { Role } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { lockTenant } from './lock-tenant.ts';
import { type Transaction, transaction } from './transaction.ts';

export interface MemberRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  created_at: Date;
  last_seen_at: Date | null;
}

const MEMBERS = `
  select p.id, p.email, coalesce(p.name, p.email) as name, m.role, m.created_at, m.last_seen_at
  from sydx.memberships m join sydx.people p on p.id = m.person_id
  where m.tenant_no = $1`;

/** Newest person first, by memberships_by_tenant. @param beforeId the last id of the page before */
export async function listMembers(
  pool: Pool,
  tenantNo: number,
  limit: number,
  beforeId: string | null,
): Promise<MemberRow[]> {
  const { rows } = await pool.query<MemberRow>(
    `${MEMBERS} and m.person_id < coalesce($2::bigint, 9223372036854775807)
     order by m.person_id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

/** @returns null when nobody of this id belongs to the tenant */
export async function findMember(
  client: Pool | Transaction,
  tenantNo: number,
  personId: string,
): Promise<MemberRow | null> {
  const { rows } = await client.query<MemberRow>(`${MEMBERS} and m.person_id = $2`, [
    tenantNo,
    personId,
  ]);
  return rows[0] ?? null;
}

/** @param email lower case */
export async function isMember(pool: Pool, tenantNo: number, email: string): Promise<boolean> {
  const { rows } = await pool.query(`${MEMBERS} and p.email = $2`, [tenantNo, email]);
  return rows.length > 0;
}

/** How a change of a member ended. */
export type MemberChange = MemberRow | 'unknown' | 'last-admin';

/** @returns the member as it is now, or why nothing was changed */
export async function changeRole(
  pool: Pool,
  tenantNo: number,
  personId: string,
  role: Role,
  by: Actor,
): Promise<MemberChange> {
  return changeMember(pool, tenantNo, personId, role === 'admin', async (client, before) => {
    const changes = changesBetween({ role: before.role }, { role });
    if (changes.length === 0) return;
    await writeAudit(client, by, {
      tenantNo,
      action: 'member.role_changed',
      object: auditedMember(before),
      changes,
    });
    await client.query(
      'update sydx.memberships set role = $3 where tenant_no = $1 and person_id = $2',
      [tenantNo, personId, role],
    );
  });
}

/** Ends the membership, the sessions in this tenant and the reset links that it made. */
export async function removeMember(
  pool: Pool,
  tenantNo: number,
  personId: string,
  by: Actor,
): Promise<MemberChange> {
  return changeMember(pool, tenantNo, personId, false, async (client, before) => {
    await writeAudit(client, by, {
      tenantNo,
      action: 'member.removed',
      object: auditedMember(before),
      changes: changesBetween({ role: before.role }, null),
    });
    // In this order, which whoever uses such a link or session locks in as well.
    for (const table of ['links', 'sessions', 'memberships']) {
      await client.query(`delete from sydx.${table} where tenant_no = $1 and person_id = $2`, [
        tenantNo,
        personId,
      ]);
    }
  });
}

/**
 * One change after the other in each tenant: two admins who remove each other at once leave one.
 * NO KEY UPDATE, because everything else that refers to a tenant locks its key while it inserts.
 */
async function changeMember(
  pool: Pool,
  tenantNo: number,
  personId: string,
  staysAdmin: boolean,
  change: (client: Transaction, before: MemberRow) => Promise<void>,
): Promise<MemberChange> {
  return transaction(pool, async (client) => {
    await lockTenant(client, tenantNo);
    const before = await findMember(client, tenantNo, personId);
    if (before === null) return 'unknown';
    if (before.role === 'admin' && !staysAdmin) {
      const { rows } = await client.query(
        `select from sydx.memberships
         where tenant_no = $1 and role = 'admin' and person_id <> $2 limit 1`,
        [tenantNo, personId],
      );
      if (rows.length === 0) return 'last-admin';
    }
    await change(client, before);
    return (await findMember(client, tenantNo, personId)) ?? before;
  });
}

/** A member as the audit log names them. */
export function auditedMember({ id, email }: { id: string; email: string }) {
  return { kind: 'member', id: formatId('per', id), name: email } as const;
}

/** Whether a person belongs to this tenant and to no other. */
export async function belongsOnlyTo(
  client: Pool | Transaction,
  tenantNo: number,
  personId: string,
): Promise<boolean> {
  const { rows } = await client.query<{ only: boolean | null }>(
    'select bool_and(tenant_no = $1) as only from sydx.memberships where person_id = $2',
    [tenantNo, personId],
  );
  return rows[0]?.only === true;
}
