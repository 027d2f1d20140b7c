import { styleText } from 'node:util';
import { plainText } from './plain-text.ts';

export type Cell = string | number | boolean | null;

/** One thing, a line for each of its fields. */
export type Fields = readonly (readonly [name: string, value: Cell])[];

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Where the next page begins; null at the end. */
  readonly nextCursor?: string | null;
}

/** Prints for people. What came from outside loses its control characters on the way. */
export function printTable({ head, rows, nextCursor }: Table): void {
  if (rows.length === 0) {
    print('None.');
    return;
  }
  const lines = [head, ...rows].map((row) => row.map(shown));
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  for (const line of lines) {
    print(
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  if (nextCursor != null) print(`More: add --cursor ${shown(nextCursor)}`);
}

export function printFields(fields: Fields): void {
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) print(`${name.padEnd(width)}  ${shown(value)}`);
}

/** Prints for machines. */
export function printJson(value: unknown): void {
  print(escaped(JSON.stringify(value, null, 2)));
}

/** Prints for machines that read on as it goes: one value, one line. */
export function printJsonLine(value: unknown): void {
  print(escaped(JSON.stringify(value)));
}

/** JSON escapes control characters by itself, all but those from U+007F on. */
function escaped(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

let isWatched = false;
/** What was asked for is done by the time it is printed. */
let onReaderGone = (): void => process.exit(0);

/** @param act instead of exiting with 0, when nobody reads our output any more (`| head`) */
export function whenReaderIsGone(act: () => void): void {
  onReaderGone = act;
  watchReader();
}

function watchReader(): void {
  if (isWatched) return;
  isWatched = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onReaderGone();
  });
}

/** @param line text of ours, or text that went through plainText */
export function print(line: string): void {
  watchReader();
  process.stdout.write(`${line}\n`);
}

/** What is about the command itself and none of its output: to standard error. */
export function note(sentence: string): void {
  process.stderr.write(`${plainText(sentence, true)}\n`);
}

type Colour = 'green' | 'yellow' | 'red' | 'dim';

/** Colours text for a person at a terminal, unless NO_COLOR (no-color.org) is set; elsewhere it stays as it is. */
export function coloured(colour: Colour, text: string): string {
  if (!process.stdout.isTTY || process.env['NO_COLOR']) return text;
  return styleText(colour, text, { stream: process.stdout });
}

function shown(value: Cell): string {
  return value === null ? '–' : plainText(String(value));
}
