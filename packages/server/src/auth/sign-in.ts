import type { Log } from '../base/log.ts';
import { ProblemError } from '../base/problem.ts';
import type { Settings } from '../base/settings.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import { formatId } from '../base/ids.ts';
import { writeAudit } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import { auditedMember } from '../store/members.ts';
import {
  findPerson,
  findPersonByEmail,
  holdPerson,
  type PersonRow,
  setPassword,
  tenantsOfPerson,
} from '../store/people.ts';
import { endSessionOf, endSessionsOfPerson, insertPersonSession } from '../store/sessions.ts';
import { type Transaction, transaction } from '../store/transaction.ts';
import type { Passwords } from './passwords.ts';
import type { PersonPrincipal } from './principal.ts';
import { forgiveTries, takeTry } from './sign-in-limits.ts';
import { generateToken, hashToken } from './tokens.ts';

export interface SignInParts {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly randomBytes: RandomBytes;
  readonly settings: Pick<Settings, 'signInRateLimit'>;
  readonly log: Pick<Log, 'info'>;
}

/** Where a request came from, and the session that it leaves behind when it opens another. */
export interface Visitor {
  readonly address: string;
  /** The token of the cookie that it carried. */
  readonly token: string | null;
}

export interface OpenedSession {
  /** Decimal. */
  readonly sessionId: string;
  /** For the cookie, and nowhere else. */
  readonly token: string;
}

/**
 * Who has this e-mail address and this password. Takes the same time and answers the same whether
 * nobody has the address or the password is wrong.
 *
 * @throws ProblemError sign_in_failed, rate_limited, overloaded
 */
export async function checkPassword(
  { database, passwords, settings, log }: SignInParts,
  email: string,
  password: string,
  address: string,
): Promise<PersonRow> {
  await takeTry(database, email, address, settings.signInRateLimit);
  const person = await findPersonByEmail(database.general, email);
  const isRight = await passwords.isRight(person?.password_hash ?? null, password);
  if (person === null || !isRight) {
    // Whose it was stands nowhere: people mistake the field and type a password into it.
    log.info({ address }, 'A sign-in failed.');
    throw new ProblemError('sign_in_failed');
  }
  await forgiveTries(database, email, address);
  return person;
}

/**
 * Opens a session in the tenant where the person has most to do. Somebody who belongs to no tenant
 * any more is answered like a stranger.
 *
 * @throws ProblemError as checkPassword
 */
export async function signIn(
  parts: SignInParts,
  { email, password }: { email: string; password: string },
  visitor: Visitor,
): Promise<OpenedSession> {
  const person = await checkPassword(parts, email, password, visitor.address);
  const [tenant] = await tenantsOfPerson(parts.database.general, person.id);
  if (tenant === undefined) throw new ProblemError('sign_in_failed');
  return transaction(parts.database.general, async (client) => {
    // Whoever changes the password at this moment ends this session, or it never begins.
    if (!(await holdPerson(client, person))) throw new ProblemError('sign_in_failed');
    return openSession(parts, client, person.id, tenant.no, visitor);
  });
}

/** A new token each time; the session that the browser had until now ends. */
export async function openSession(
  { randomBytes }: SignInParts,
  client: Transaction,
  personId: string,
  tenantNo: number,
  visitor: Visitor,
): Promise<OpenedSession> {
  if (visitor.token !== null) await endSessionOf(client, hashToken(visitor.token));
  const token = generateToken(randomBytes);
  const tokenHash = hashToken(token);
  const sessionId = await insertPersonSession(client, { tokenHash, personId, tenantNo });
  await writeAudit(
    client,
    { kind: 'person', id: personId, address: visitor.address },
    {
      tenantNo,
      action: 'session.started',
      object: { kind: 'session', id: formatId('ses', sessionId), name: null },
    },
  );
  return { sessionId, token };
}

/**
 * Ends every session of the person but this one, and every reset link.
 *
 * @throws ProblemError sign_in_failed when the current password is wrong, rate_limited, session_ended
 */
export async function changePassword(
  parts: SignInParts,
  { personId, sessionId, tenant }: PersonPrincipal,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
  address: string,
): Promise<void> {
  const { database, passwords } = parts;
  const known = await findPerson(database.general, personId);
  if (known === null) throw new ProblemError('session_ended');
  const person = await checkPassword(parts, known.email, currentPassword, address);
  const passwordHash = await passwords.hash(newPassword);
  await transaction(database.general, async (client) => {
    if (!(await holdPerson(client, person))) throw new ProblemError('sign_in_failed');
    await setPassword(client, personId, passwordHash);
    await endSessionsOfPerson(client, personId, sessionId);
    await writeAudit(
      client,
      { kind: 'person', id: personId, address },
      { tenantNo: tenant.no, action: 'password.changed', object: auditedMember(person) },
    );
  });
}
