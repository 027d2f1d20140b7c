import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseAccount } from '../../src/embedded/account.ts';
import { holderOf } from '../../src/embedded/postmaster.ts';
import { clusterOf, Place, postmasterPid, query, type Started } from './place.ts';

describe('the private PostgreSQL survives', () => {
  let place: Place;
  let first: Started;
  beforeEach(async () => {
    place = await Place.make();
    first = await place.start(place.path('data'));
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
  });
  afterEach(() => place.clear());

  async function nextStartHasTheData(words: RegExp): Promise<Started> {
    const next = await place.start(place.path('data'));
    expect(next.refused).toBeUndefined();
    expect(await query(next.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(next.logged(words)).toBe(true);
    return next;
  }

  test('kill -9 of its parent: the next start stops the orphan and goes on', async () => {
    const orphan = postmasterPid(first.dataDir);
    await first.end('SIGKILL');
    expect(holderOf(orphan, clusterOf(first.dataDir))).toBe('postmaster');
    await nextStartHasTheData(/^Stopped PostgreSQL .*an earlier start had left running/);
    expect(holderOf(orphan, clusterOf(first.dataDir))).toBe('nobody');
  });

  test('kill -9 of both: a stale pid is no obstacle', async () => {
    const pid = postmasterPid(first.dataDir);
    await first.end('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await nextStartHasTheData(/had ended without a shutdown/);
  });

  test('a recycled pid: another program is neither taken for PostgreSQL nor stopped', async () => {
    await first.end('SIGKILL');
    process.kill(postmasterPid(first.dataDir), 'SIGKILL');
    const account = chooseAccount(clusterOf(first.dataDir));
    // PostgreSQL itself refuses to start when the pid belongs to a program of its own user.
    const other: ChildProcess = spawn('sleep', ['60'], {
      cwd: '/',
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    try {
      const path = `${clusterOf(first.dataDir)}/postmaster.pid`;
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/^\d+/, String(other.pid)));
      await nextStartHasTheData(/its pid \d+ is another program's now/);
      expect(other.exitCode).toBeNull();
      expect(other.signalCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  test('a second start on one DATA_DIR is refused with a sentence, and harms nothing', async () => {
    const second = await place.start(place.path('data'));
    expect(second.refused).toMatch(
      new RegExp(`^EmbeddedError: Another process \\(pid ${first.child.pid} since .*DATA_DIR`),
    );
    expect(await query(first.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  test('two starts at the same moment: one runs, the other is refused', async () => {
    await first.end('SIGTERM');
    const both = await Promise.all([0, 1].map(() => place.start(place.path('data'))));
    expect(both.filter((each) => each.refused === undefined)).toHaveLength(1);
  });

  test('its own death: it is started again and says so', async () => {
    process.kill(postmasterPid(first.dataDir), 'SIGKILL');
    expect(await first.told('exit')).toEqual({ exit: 'SIGKILL', restartInMs: 250 });
    await expect.poll(() => first.logged(/^PostgreSQL runs again/), { timeout: 20_000 }).toBe(true);
    expect(await query(first.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await first.end('SIGTERM');
    expect(first.lines.at(-1)).toEqual({ stopped: true });
  });

  test('a stop while it is being started again', async () => {
    process.kill(postmasterPid(first.dataDir), 'SIGKILL');
    await first.told('exit');
    await first.end('SIGTERM');
    expect(first.lines.at(-1)).toEqual({ stopped: true });
    await nextStartHasTheData(/./);
  });

  test('Ctrl+C in the terminal: only the process that stops it in order hears it', async () => {
    const stat = await readFile(`/proc/${postmasterPid(first.dataDir)}/stat`, 'utf8');
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect(Number(group)).toBe(postmasterPid(first.dataDir));
  });
});
