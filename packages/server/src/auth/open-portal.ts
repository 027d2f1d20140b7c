import type { PortalSession } from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import { formatId } from '../base/ids.ts';
import { writeAudit } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import { useLink } from '../store/links.ts';
import { insertPortalSession } from '../store/sessions.ts';
import { transaction } from '../store/transaction.ts';
import { openLink } from './links.ts';
import { generatePortalToken, hashToken } from './tokens.ts';

/**
 * Exchanges a portal link's token. Two frames that try at once: one gets in.
 *
 * @throws ProblemError link_unknown, link_used, link_expired
 */
export async function openPortal(
  { database, randomBytes }: { database: Database; randomBytes: RandomBytes },
  linkToken: string,
  address: string,
): Promise<PortalSession> {
  const link = await openLink(database, linkToken, ['portal']);
  const { tenant_no: tenantNo, tenant_id: id, tenant_name: name, tenant_plan: plan } = link;
  if (tenantNo === null || id === null || name === null || plan === null) {
    throw new Error('A portal link leads nowhere.');
  }
  const token = generatePortalToken(randomBytes);
  const expiresAt = await transaction(database.general, async (client) => {
    if (!(await useLink(client, link.id))) throw new ProblemError('link_used');
    await writeAudit(
      client,
      { kind: 'portal_link', id: link.id, address },
      {
        tenantNo,
        action: 'portal_link.opened',
        object: { kind: 'portal_link', id: formatId('lnk', link.id), name: null },
      },
    );
    return insertPortalSession(client, { tokenHash: hashToken(token), tenantNo, linkId: link.id });
  });
  return { token, expiresAt: expiresAt.toISOString(), tenant: { id, name, plan } };
}
