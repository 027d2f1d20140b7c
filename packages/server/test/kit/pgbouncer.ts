import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findPgBouncer } from '../../../../scripts/test-programs.ts';
import { chooseAccount } from '../../src/embedded/account.ts';
import { eventually } from './engine.ts';
import { freePort } from './free-port.ts';

const { path: program } = findPgBouncer();

/** Why tests with PgBouncer are skipped; empty where it is there. For their names. */
export const noPgBouncer = program === null ? ' [skipped: PgBouncer is not installed]' : '';

/** PgBouncer in transaction mode, in front of one database. */
export interface PgBouncer {
  /** Leads through it. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts PgBouncer on a free port of loopback, as an unprivileged user, from a configuration of its own.
 * Sessions take turns, so that whatever leans on one shows at once and not on a busy day.
 *
 * @param poolSize connections to PostgreSQL that all clients share
 */
export async function startPgBouncer(databaseUrl: string, poolSize: number): Promise<PgBouncer> {
  if (program === null) throw new Error('PgBouncer is not installed.');
  const target = new pg.Client({ connectionString: databaseUrl });
  const dir = await mkdtemp(join(tmpdir(), 'sydx-pgbouncer-'));
  const port = await freePort();
  const { user, password, database, host } = target;
  await writeFile(join(dir, 'users.txt'), `"${user}" "${password}"\n`);
  await writeFile(
    join(dir, 'pgbouncer.ini'),
    `[databases]
${database} = host=${host} port=${target.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(dir, 'users.txt')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
server_login_retry = 1
server_round_robin = 1
log_connections = 0
log_disconnections = 0
`,
  );
  // The private PostgreSQL's socket belongs to this user alone, and PgBouncer refuses to be root.
  const account = chooseAccount(host.startsWith('/') ? host : dir);
  for (const path of [dir, join(dir, 'users.txt'), join(dir, 'pgbouncer.ini')]) {
    if (account !== null) await chown(path, account.uid, account.gid);
  }
  await chmod(dir, 0o700);
  const child = spawn(program, [join(dir, 'pgbouncer.ini')], {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(account !== null && { uid: account.uid, gid: account.gid }),
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually('PgBouncer listens', () => {
    if (hasEnded(child)) throw new Error(`PgBouncer did not start:\n${said}`);
    return said.includes('process up');
  });
  return {
    url: `postgresql://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`,
    close: async () => {
      if (!hasEnded(child)) {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
