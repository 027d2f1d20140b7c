import type { Role } from '@sydx/contract';
import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { type Transaction, transaction } from './transaction.ts';

/** An invitation that can still be accepted. */
export interface InviteRow {
  id: string;
  email: string;
  role: Role;
  created_at: Date;
  expires_at: Date;
}

/** Newest first, by links_by_tenant. @param beforeId the last id of the page before */
export async function listInvites(
  pool: Pool,
  tenantNo: number,
  limit: number,
  beforeId: string | null,
): Promise<InviteRow[]> {
  const { rows } = await pool.query<InviteRow>(
    `select id, email, role, created_at, expires_at from sydx.links
     where tenant_no = $1 and purpose = 'invite' and used_at is null
       and expires_at > clock_timestamp() and id < coalesce($2::bigint, 9223372036854775807)
     order by id desc limit $3`,
    [tenantNo, beforeId, limit],
  );
  return rows;
}

/** @returns whether there was such an invitation; its link is unknown from now on */
export async function revokeInvite(
  pool: Pool,
  tenantNo: number,
  id: string,
  by: Actor,
): Promise<boolean> {
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ email: string; role: Role }>(
      `delete from sydx.links
       where tenant_no = $1 and id = $2 and purpose = 'invite' and used_at is null
       returning email, role`,
      [tenantNo, id],
    );
    const [invite] = rows;
    if (invite === undefined) return false;
    await writeAudit(client, by, {
      tenantNo,
      action: 'invite.deleted',
      object: { kind: 'invite', id: formatId('inv', id), name: invite.email },
      changes: changesBetween({ role: invite.role }, null),
    });
    return true;
  });
}

/** Whoever belongs to the tenant already keeps the role. */
export async function joinTenant(
  client: Transaction,
  membership: { personId: string; tenantNo: number; role: Role },
): Promise<void> {
  await client.query(
    `insert into sydx.memberships (person_id, tenant_no, role) values ($1, $2, $3)
     on conflict (person_id, tenant_no) do nothing`,
    [membership.personId, membership.tenantNo, membership.role],
  );
}
