import type { AcceptLink } from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';
import { type Actor, changesBetween, writeAudit } from '../store/audit-log.ts';
import { joinTenant } from '../store/invites.ts';
import { type LinkRow, useLink } from '../store/links.ts';
import { auditedMember, belongsOnlyTo } from '../store/members.ts';
import {
  findPersonByEmail,
  hasAccount,
  holdPerson,
  insertInvitedPerson,
  lockPerson,
  type PersonRow,
  setPassword,
  tenantsOfPerson,
} from '../store/people.ts';
import { endSessionsOfPerson, holdSession } from '../store/sessions.ts';
import { type Transaction, transaction } from '../store/transaction.ts';
import { openLink } from './links.ts';
import type { PersonPrincipal } from './principal.ts';
import {
  checkPassword,
  type OpenedSession,
  openSession,
  type SignInParts,
  type Visitor,
} from './sign-in.ts';

/** Whoever opened a link, signed in or not. */
export interface LinkVisitor extends Visitor {
  readonly principal: PersonPrincipal | null;
}

/**
 * Does what a one-time link is for, and signs in whom it is for. Nothing happens by halves: the link
 * is used up in the same transaction.
 *
 * @throws ProblemError as openLink; invalid_body without the password that it takes; sign_in_failed,
 *   rate_limited, member_of_several
 */
export async function acceptLink(
  parts: SignInParts,
  answer: AcceptLink,
  visitor: LinkVisitor,
): Promise<OpenedSession> {
  const link = await openLink(parts.database, answer.token, ['invite', 'reset']);
  if (link.purpose === 'reset') return acceptReset(parts, link, answer, visitor);
  const pool = parts.database.general;
  const email = link.email ?? '';
  const person = (await hasAccount(pool, email)) ? await findPersonByEmail(pool, email) : null;
  return person === null
    ? acceptAsNewcomer(parts, link, answer, visitor)
    : acceptAsPerson(parts, link, person, answer, visitor);
}

async function acceptAsNewcomer(
  parts: SignInParts,
  link: LinkRow,
  { password, name }: AcceptLink,
  visitor: LinkVisitor,
): Promise<OpenedSession> {
  const passwordHash = await parts.passwords.hash(required(password));
  return transaction(parts.database.general, async (client) => {
    await useUp(client, link);
    const email = link.email ?? '';
    const personId = await insertInvitedPerson(client, { email, name, passwordHash });
    if (personId === null) {
      throw new ProblemError('conflict', {
        detail: 'Somebody with this e-mail address just joined elsewhere. Open the link again.',
      });
    }
    return join(parts, client, link, personId, visitor);
  });
}

/**
 * Adds a membership and leaves the password as it is. The link alone is not enough: whoever made it
 * could use it, and would be signed in as somebody who belongs to other tenants as well.
 */
async function acceptAsPerson(
  parts: SignInParts,
  link: LinkRow,
  person: PersonRow,
  { password }: AcceptLink,
  visitor: LinkVisitor,
): Promise<OpenedSession> {
  const session = visitor.principal?.personId === person.id ? visitor.principal : null;
  const checked =
    session === null
      ? await checkPresentPassword(parts, person.email, required(password), visitor.address)
      : person;
  return transaction(parts.database.general, async (client) => {
    if (!(await holdPerson(client, checked))) throw new ProblemError('sign_in_failed');
    if (session !== null && !(await holdSession(client, session.sessionId))) {
      throw new ProblemError('session_ended');
    }
    await useUp(client, link);
    return join(parts, client, link, person.id, visitor);
  });
}

async function checkPresentPassword(
  parts: SignInParts,
  email: string,
  password: string,
  address: string,
): Promise<PersonRow> {
  try {
    return await checkPassword(parts, email, password, address);
  } catch (cause) {
    if (!(cause instanceof ProblemError) || cause.code !== 'sign_in_failed') throw cause;
    throw new ProblemError('sign_in_failed', {
      detail: `${email} has an account already. Enter its present password to join.`,
      cause,
    });
  }
}

async function join(
  parts: SignInParts,
  client: Transaction,
  link: LinkRow,
  personId: string,
  visitor: LinkVisitor,
): Promise<OpenedSession> {
  const { tenant_no: tenantNo, role } = link;
  if (tenantNo === null || role === null) throw new Error('An invitation leads nowhere.');
  await joinTenant(client, { personId, tenantNo, role });
  await writeAudit(client, personAt(personId, visitor), {
    tenantNo,
    action: 'member.joined',
    object: auditedMember({ id: personId, email: link.email ?? '' }),
    changes: changesBetween(null, { role }),
  });
  return openSession(parts, client, personId, tenantNo, visitor);
}

async function acceptReset(
  parts: SignInParts,
  link: LinkRow,
  { password }: AcceptLink,
  visitor: LinkVisitor,
): Promise<OpenedSession> {
  const { person_id: personId, tenant_no: tenantNo } = link;
  if (personId === null) throw new Error('A reset link is for nobody.');
  const passwordHash = await parts.passwords.hash(required(password));
  const [tenant] = await tenantsOfPerson(parts.database.general, personId);
  if (tenant === undefined) throw new ProblemError('link_unknown');
  return transaction(parts.database.general, async (client) => {
    // The person first, so that nobody joins another tenant before this is decided.
    await lockPerson(client, personId);
    await useUp(client, link);
    await setPassword(client, personId, passwordHash);
    if (tenantNo !== null && !(await belongsOnlyTo(client, tenantNo, personId))) {
      throw new ProblemError('member_of_several');
    }
    await endSessionsOfPerson(client, personId);
    await writeAudit(client, personAt(personId, visitor), {
      tenantNo: tenant.no,
      action: 'password.reset',
      object: auditedMember({ id: personId, email: link.email ?? '' }),
    });
    return openSession(parts, client, personId, tenant.no, visitor);
  });
}

function personAt(id: string, { address }: Visitor): Actor {
  return { kind: 'person', id, address };
}

/** @throws ProblemError link_used when somebody else was quicker */
async function useUp(client: Transaction, link: LinkRow): Promise<void> {
  if (!(await useLink(client, link.id))) throw new ProblemError('link_used');
}

/** @throws ProblemError invalid_body */
function required(password: string | undefined): string {
  if (password !== undefined) return password;
  throw new ProblemError('invalid_body', {
    errors: [{ pointer: '/password', detail: 'is required by this link' }],
  });
}
