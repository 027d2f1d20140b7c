import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';

/** The unprivileged user that PostgreSQL runs as when we are root: it refuses to run as root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

const CANDIDATES = ['postgres', 'nobody'];

/**
 * Decides who runs PostgreSQL.
 *
 * @param clusterDir where the cluster is or will be; the owner of an existing one goes on running it
 * @returns null: ourselves
 * @throws EmbeddedError when we are root and no unprivileged user exists
 */
export function chooseAccount(clusterDir: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(clusterDir)) {
    const { uid, gid } = statSync(clusterDir);
    if (uid !== 0) return { name: ask('-un', String(uid)) ?? `uid ${uid}`, uid, gid };
  }
  for (const name of CANDIDATES) {
    const uid = Number(ask('-u', name));
    const gid = Number(ask('-g', name));
    if (uid > 0 && gid > 0) return { name, uid, gid };
  }
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root, and this machine has no user ${CANDIDATES.join(' or ')}. ` +
      'Start as another user, or set DATABASE_URL.',
  );
}

function ask(option: string, who: string): string | null {
  const { status, stdout } = spawnSync('id', [option, '--', who], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** What `spawn` needs to start a program as `account`, in a directory that every user reaches. */
export function runAs(account: Account | null): {
  cwd: string;
  uid?: number;
  gid?: number;
  env: NodeJS.ProcessEnv;
} {
  return {
    cwd: '/',
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    // Neither PG* nor LD_LIBRARY_PATH nor a foreign locale of the caller may reach PostgreSQL.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
  };
}

/**
 * Asks the system itself, as `account`, which directory on the way to `path` it may not enter: mode
 * bits alone do not know of access lists and name spaces. Parts that do not exist yet are skipped.
 *
 * @returns the first such directory, or null when the way is free
 */
export function firstUnreachable(path: string, account: Account): string | null {
  const way: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    if (existsSync(part)) way.unshift(part);
    if (part === dirname(part)) break;
  }
  const script = 'for part do [ -x "$part" ] || { printf %s "$part"; exit 1; }; done';
  const { status, stdout, error } = spawnSync('/bin/sh', ['-c', script, 'sh', ...way], {
    ...runAs(account),
    encoding: 'utf8',
  });
  if (error !== undefined) {
    throw new EmbeddedError(
      `Cannot start a program as user ${account.name} (${error.message}). ` +
        'Start as an unprivileged user, or set DATABASE_URL.',
    );
  }
  return status === 0 ? null : stdout;
}
