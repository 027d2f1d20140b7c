import type { LinkPurpose } from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import type { Actor } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import {
  findLink,
  insertLink,
  type LinkKind,
  type LinkRow,
  type MadeLink,
} from '../store/links.ts';
import { belongsOnlyTo } from '../store/members.ts';
import { findPersonByEmail, hasAccount } from '../store/people.ts';
import { transaction } from '../store/transaction.ts';
import { generateToken, hashToken } from './tokens.ts';

export interface LinkParts {
  readonly database: Database;
  readonly randomBytes: RandomBytes;
  readonly publicUrl: () => string;
}

/** A link that was just made: its URL is known here and to nobody else. */
export interface FreshLink extends MadeLink {
  readonly url: string;
}

/**
 * Makes a one-time link. Its token travels in the fragment, which browsers send to no server and
 * write into no log.
 */
export async function makeLink(
  { database, randomBytes, publicUrl }: LinkParts,
  kind: LinkKind,
  by: Actor,
): Promise<FreshLink> {
  const token = generateToken(randomBytes);
  const made = await transaction(database.general, (client) =>
    insertLink(client, { ...kind, tokenHash: hashToken(token) }, by),
  );
  return { ...made, url: `${publicUrl()}/${kind.purpose}#${token}` };
}

/**
 * A reset link for a member, by an admin of the tenant.
 *
 * @throws ProblemError member_of_several, because whoever makes the link could use it, and nothing
 *   crosses tenants
 */
export async function makeMemberResetLink(
  parts: LinkParts,
  tenantNo: number,
  { id: personId, email }: { id: string; email: string },
  by: Actor,
): Promise<FreshLink> {
  if (!(await belongsOnlyTo(parts.database.general, tenantNo, personId))) {
    throw new ProblemError('member_of_several');
  }
  return makeLink(parts, { purpose: 'reset', tenantNo, personId, email }, by);
}

/** A reset link for anybody, by the operator. @returns null when nobody has this e-mail address */
export async function makeOperatorResetLink(
  parts: LinkParts,
  email: string,
  by: Actor,
): Promise<FreshLink | null> {
  const person = await findPersonByEmail(parts.database.general, email);
  if (person === null) return null;
  return makeLink(parts, { purpose: 'reset', tenantNo: null, personId: person.id, email }, by);
}

/** @throws ProblemError link_unknown, link_used, link_expired */
export async function openLink(
  database: Database,
  token: string,
  purposes: readonly LinkRow['purpose'][],
): Promise<LinkRow> {
  const link = await findLink(database.general, hashToken(token));
  if (link === null || !purposes.includes(link.purpose)) throw new ProblemError('link_unknown');
  if (link.state === 'used') throw new ProblemError('link_used');
  if (link.state === 'expired') throw new ProblemError('link_expired');
  return link;
}

/**
 * What a person who opens a link reads before accepting.
 *
 * @param visitorId who is signed in here, decimal; null: nobody
 * @throws ProblemError as openLink
 */
export async function inspectLink(
  database: Database,
  token: string,
  visitorId: string | null,
): Promise<LinkPurpose> {
  const link = await openLink(database, token, ['invite', 'reset']);
  const email = link.email ?? '';
  const person = (await hasAccount(database.general, email))
    ? await findPersonByEmail(database.general, email)
    : null;
  const isInvite = link.purpose === 'invite';
  return {
    purpose: isInvite ? 'invite' : 'reset',
    email,
    tenantName: link.tenant_name,
    ...(link.role === null ? {} : { role: link.role }),
    hasAccount: person !== null,
    needsPassword: !isInvite || person === null || person.id !== visitorId,
  };
}
