/** Programs of others that some tests run the product against. Where one is not there, they are skipped. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What tests may need, by the name that they are skipped under. */
export type TestProgramName = 'pgbouncer' | 'libfaketime' | ReceiverProgramName;

/** What a receiver of docs/engineers/verify is run with. */
export type ReceiverProgramName = 'python3' | 'flask' | 'php' | 'ruby' | 'go' | 'java' | 'mono';

/** A program that tests may need, and what brings it. */
export interface TestProgram {
  readonly name: TestProgramName;
  /** Of Debian 12; several with a space between them. */
  readonly debianPackage: string;
  /** Null where it is not installed, or lacks what the tests need of it. */
  readonly path: string | null;
}

/** The pooler. Debian puts it where only root's PATH leads. */
export function findPgBouncer(): TestProgram {
  const [path = null] = programs('pgbouncer', ['/usr/sbin']);
  return { name: 'pgbouncer', debianPackage: 'pgbouncer', path };
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

interface ReceiverProgram {
  readonly command: string;
  readonly debianPackage: string;
  /** Ends with 0 where all is there that the receiver imports. */
  readonly probe: readonly string[];
}

/**
 * About 190 MB to fetch and 0.9 GB on disk for all of them on a bare Debian 12, half of it Go's. The JRE
 * is enough for `java Receiver.java`: Debian's holds the compiler's module.
 */
const RECEIVER_PROGRAMS: Readonly<Record<ReceiverProgramName, ReceiverProgram>> = {
  python3: { command: 'python3', debianPackage: 'python3', probe: ['--version'] },
  flask: { command: 'python3', debianPackage: 'python3-flask', probe: ['-c', 'import flask'] },
  php: { command: 'php', debianPackage: 'php-cli', probe: ['--version'] },
  ruby: { command: 'ruby', debianPackage: 'ruby ruby-webrick', probe: ['-e', 'require "webrick"'] },
  go: { command: 'go', debianPackage: 'golang-go', probe: ['version'] },
  java: {
    command: 'java',
    debianPackage: 'default-jre-headless',
    probe: ['--limit-modules', 'jdk.compiler,jdk.httpserver', '--version'],
  },
  mono: { command: 'mcs', debianPackage: 'mono-mcs mono-runtime', probe: ['--version'] },
};

export function findReceiverProgram(name: ReceiverProgramName): TestProgram {
  const { command, debianPackage, probe } = RECEIVER_PROGRAMS[name];
  // A Python of the reader's own, first in PATH, may lack what Debian's has.
  const path = programs(command, ['/usr/bin']).find(
    (each) => spawnSync(each, probe, { stdio: 'ignore' }).status === 0,
  );
  return { name, debianPackage, path: path ?? null };
}

/** All that tests may need. */
export function findTestPrograms(): TestProgram[] {
  const receivers = Object.keys(RECEIVER_PROGRAMS) as ReceiverProgramName[];
  return [findPgBouncer(), findFaketime(), ...receivers.map(findReceiverProgram)];
}

/** @returns every program of this name, those of PATH first */
function programs(command: string, furtherFolders: readonly string[]): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...furtherFolders];
  return folders.map((folder) => join(folder, command)).filter((each) => existsSync(each));
}
