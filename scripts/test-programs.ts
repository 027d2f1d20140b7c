/** Programs of others that some tests run the product against. Where one is not there, they are skipped. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests may need, and the package of Debian that brings it. */
export interface TestProgram {
  readonly name: 'pgbouncer' | 'libfaketime';
  readonly debianPackage: string;
  /** Null where it is not installed. */
  readonly path: string | null;
}

/** The pooler. Debian puts it where only root's PATH leads. */
export function findPgBouncer(): TestProgram {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const path = folders.map((folder) => join(folder, 'pgbouncer')).find((each) => existsSync(each));
  return { name: 'pgbouncer', debianPackage: 'pgbouncer', path: path ?? null };
}

/** The library that, preloaded, shows a process another time than the machine's. */
export function findFaketime(): TestProgram {
  const libraries = '/usr/lib';
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  const path = folders
    .map((folder) => join(libraries, folder, 'faketime/libfaketime.so.1'))
    .find((each) => existsSync(each));
  return { name: 'libfaketime', debianPackage: 'faketime', path: path ?? null };
}
