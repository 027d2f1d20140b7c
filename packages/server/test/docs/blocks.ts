import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../../..');

/** A fenced block of a document. */
export interface Block {
  /** Path under the root. */
  readonly file: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly language: string;
  /** What follows the language: how the tests treat the block. */
  readonly mark: string;
  readonly code: string;
}

/** The documents whose blocks are run. Decision records show none; the SDK's README has its own test. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...globSync('docs/**/*.md', { cwd: ROOT })
    .filter((path) => !path.startsWith('docs/adr/'))
    .toSorted(),
];

export function readDocument(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

export function blocksOf(file: string): Block[] {
  const text = readDocument(file);
  return [...text.matchAll(/^```(\w*) ?([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length + 1,
    language: match[1] ?? '',
    mark: match[2] ?? '',
    code: match[3] ?? '',
  }));
}

/** The cells of every table row whose first cell is code, without the backticks of that cell. */
export function codeRows(text: string): string[][] {
  return [...text.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim()),
  );
}

/** Everything between backticks. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
