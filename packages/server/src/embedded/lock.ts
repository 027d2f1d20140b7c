import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedError, hasCode, reasonOf } from './embedded-error.ts';

/** Held for as long as this process uses the data directory. */
export type Lock = { release(): void };

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Takes the one lock of a data directory. SQLite, which Node carries, is used for nothing but its
 * file lock: the kernel holds it (fcntl), so kill -9 frees it at once, no pid can be mistaken for
 * its holder, and it holds between containers that share a volume. An orphaned PostgreSQL does not
 * hold it.
 *
 * @param dir an existing directory
 * @throws EmbeddedError when another process, or another part of this one, holds it
 */
export function lockDirectory(dir: string): Lock {
  const path = join(dir, 'lock');
  const ownerPath = join(dir, 'lock-owner');
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    chmodSync(path, 0o600);
    writeFileSync(ownerPath, `${process.pid} since ${new Date().toISOString()}`, { mode: 0o600 });
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) {
      throw new EmbeddedError(
        `Another process (pid ${ownerIn(ownerPath)}) already runs on ${dir}. ` +
          'Stop it first, or set DATA_DIR to another directory and PORT to another port.',
        { cause: error },
      );
    }
    throw new EmbeddedError(
      `The data directory ${dir} cannot be locked (${reasonOf(error)}). ` +
        'Start as the user who owns it, or set DATA_DIR to a directory that you can write.',
      { cause: error },
    );
  }
  const held = database;
  return { release: () => held.close() };
}

function ownerIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    // The holder writes its name just after it took the lock.
    if (hasCode(error, 'ENOENT')) return 'unknown';
    throw error;
  }
}
