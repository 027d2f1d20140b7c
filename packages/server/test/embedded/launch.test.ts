import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holderOf } from '../../src/embedded/postmaster.ts';
import { clusterOf, Place, postmasterPid, query } from './place.ts';

describe('the private PostgreSQL', () => {
  let place: Place;
  beforeEach(async () => {
    place = await Place.make();
  });
  afterEach(() => place.clear());

  test('starts with nothing there, keeps its data over a stop, and stops with its process', async () => {
    const first = await place.start(place.path('data'));
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    const pid = postmasterPid(first.dataDir);
    await first.end('SIGTERM');
    expect(first.lines.at(-1)).toEqual({ stopped: true });
    expect(holderOf(pid, clusterOf(first.dataDir))).toBe('nobody');

    const second = await place.start(place.path('data'));
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(second.logged(/earlier start|without a shutdown/)).toBe(false);
  });

  test('is UTF-8 and durable whatever LANG and PG* variables say or lack', async () => {
    const env = {
      PATH: process.env['PATH'],
      PGDATA: '/nowhere',
      PGHOST: 'x',
      PGSSLMODE: 'require',
    };
    const { url } = await place.start(place.path('data'), { env });
    expect(
      await query(
        url,
        `SELECT current_setting('server_encoding') AS encoding, upper('é') AS upper,
                current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync,
                current_setting('full_page_writes') AS pages, current_setting('TimeZone') AS zone`,
      ),
    ).toEqual([
      { encoding: 'UTF8', upper: 'É', fsync: 'on', sync: 'on', pages: 'on', zone: 'UTC' },
    ]);
  });

  test('listens on no network, asks for its password, and hides it from other users', async () => {
    const { url, dataDir } = await place.start(place.path('data'));
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const rules = await query(
      url,
      'SELECT DISTINCT auth_method FROM pg_hba_file_rules WHERE error IS NULL',
    );
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
    await expect(query(url.replace(/:\w+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
    const mode = async (name: string) => (await stat(`${dataDir}/${name}`)).mode & 0o777;
    expect(await mode('postgres-password')).toBe(0o600);
    expect(await mode('postgres.log')).toBe(0o600);
    expect(await mode('postgres')).toBe(0o700);
    const log = await readFile(`${dataDir}/postgres.log`, 'utf8');
    expect(log).not.toContain(/:(\w+)@/.exec(url)?.[1]);
  });

  test('puts its socket elsewhere when the path of DATA_DIR is too long for one', async () => {
    const dataDir = place.path('x'.repeat(120));
    const started = await place.start(dataDir);
    const { url } = started;
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const socketDir = new URL(url.replace('@/', '@host/')).searchParams.get('host') ?? '';
    expect(socketDir.startsWith(tmpdir())).toBe(true);
    await started.end('SIGTERM');
    await expect(stat(socketDir)).rejects.toThrow('ENOENT');
  });

  test('works in a directory whose name needs quoting everywhere', async () => {
    const { url } = await place.start(place.path('a b,c"d\'e?f&g=h%20ä'));
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('refuses a data directory of another PostgreSQL, and what is none', async () => {
    const old = place.path('old');
    await mkdir(clusterOf(old), { recursive: true });
    await writeFile(`${clusterOf(old)}/PG_VERSION`, '17\n');
    expect((await place.start(old)).refused).toMatch(
      /^EmbeddedError: .* was made by PostgreSQL 17, and this is 18\. .*DATABASE_URL/,
    );
    await mkdir(clusterOf(place.path('odd')), { recursive: true });
    expect((await place.start(place.path('odd'))).refused).toMatch(
      /not a PostgreSQL data directory/,
    );
  });

  test('says so when DATA_DIR cannot be a directory', async () => {
    await writeFile(place.path('file'), '');
    expect((await place.start(place.path('file'))).refused).toMatch(
      /^EmbeddedError: The data directory .*\/file cannot be used .*set DATA_DIR/,
    );
  });

  test('a broken cluster is refused with the end of its log', async () => {
    const first = await place.start(place.path('data'));
    await first.end('SIGTERM');
    await writeFile(`${clusterOf(first.dataDir)}/global/pg_control`, 'broken');
    expect((await place.start(place.path('data'))).refused).toMatch(
      /PostgreSQL did not start \(SIGABRT\)[^]*pg_control/,
    );
  });
});
