import { randomBytes } from 'node:crypto';
import type { Role } from '@sydx/contract';
import { hashPassword } from '../../src/auth/password.ts';
import { formatId } from '../../src/base/ids.ts';
import { insertPerson } from '../../src/store/installation.ts';
import { joinTenant } from '../../src/store/invites.ts';
import { transaction } from '../../src/store/transaction.ts';
import type { Answer, Call, TestApi } from './api.ts';

export const PASSWORD = 'correct horse battery staple';
const hashed = hashPassword(PASSWORD);

export interface TestPerson {
  /** Readable. */
  readonly id: string;
  readonly email: string;
}

/** A person straight in the tables, with PASSWORD. */
export async function makePerson(
  api: Pick<TestApi, 'database'>,
  memberships: readonly { tenantNo: number; role: Role }[],
  email = `${randomBytes(5).toString('hex')}@example.com`,
): Promise<TestPerson> {
  const passwordHash = await hashed;
  const id = await transaction(api.database.general, async (client) => {
    const personId = await insertPerson(client, { email, passwordHash });
    for (const membership of memberships) await joinTenant(client, { personId, ...membership });
    return personId;
  });
  return { id: formatId('per', id), email };
}

/** The cookie that an answer sets, as a browser sends it back: `name=value`. */
export function cookieOf({ headers }: Answer): string {
  const [cookie] = [headers['set-cookie'] ?? []].flat();
  if (cookie === undefined) throw new Error('The answer sets no cookie.');
  return cookie.split(';', 1)[0] ?? '';
}

/** A browser with one session. */
export interface Browser {
  readonly cookie: string;
  call(method: string, path: string, call?: Call): Promise<Answer>;
}

export function browserWith(api: TestApi, cookie: string): Browser {
  return {
    cookie,
    call: (method, path, call = {}) =>
      api.call(method, path, {
        ...call,
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...call.headers },
      }),
  };
}

/** @throws Error when the API refuses */
export async function signIn(api: TestApi, email: string, password = PASSWORD): Promise<Browser> {
  const answer = await api.call('POST', '/v1/session', { body: { email, password } });
  if (answer.status !== 200) throw new Error(`Sign-in answered ${answer.text}`);
  return browserWith(api, cookieOf(answer));
}

/** The token in the fragment of a one-time link. */
export function tokenOf(url: string): string {
  return new URL(url).hash.slice(1);
}

/** Opens a portal as the frame does. @returns its bearer token */
export async function openPortal(api: TestApi, key: string): Promise<string> {
  const link = await api.call('POST', '/v1/portal-links', { key });
  const body = { token: tokenOf(link.body.url) };
  return (await api.call('POST', '/v1/portal-sessions', { body })).body.token;
}
