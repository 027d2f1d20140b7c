import { parseArgs } from 'node:util';

export interface Options {
  help: boolean;
  /** Empty: every row, the long ones only with `full`. */
  only: readonly string[];
  full: boolean;
  seconds: number;
  tries: number;
  json: string | null;
  write: boolean;
  profile: string | null;
  compare: readonly [string, string] | null;
}

export const USAGE = `npm run bench [-- OPTIONS]

  --full            also the rows that take minutes (about an hour in all)
  --only NAME       measure one row (may be repeated); the ceiling is always measured
  --seconds N       seconds of load in each row (default 10)
  --tries N         measure a row up to N times while other programs use the machine (default 3)
  --json FILE       also write the result to FILE
  --write           also write bench/RESULTS.md
  --profile DIR     have Node write a .cpuprofile of the product into DIR
  --compare A B     compare two files that --json wrote, and measure nothing
  --help            this text`;

/** @throws Error with a sentence on arguments that mean nothing here */
export function readOptions(args: readonly string[], rows: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '10' },
      tries: { type: 'string', default: '3' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      compare: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 3_600)) throw new Error('--seconds takes 1 to 3600.');
  const tries = Number(values.tries);
  if (!(tries >= 1 && tries <= 100)) throw new Error('--tries takes 1 to 100.');
  checkRows(values, rows);
  const [before, after, ...more] = positionals;
  if (values.compare && (before === undefined || after === undefined || more.length > 0)) {
    throw new Error('--compare takes two files.');
  }
  if (!values.compare && before !== undefined) throw new Error(`What is ${before}?`);
  return {
    help: values.help,
    only: values.only,
    full: values.full,
    seconds,
    tries,
    json: values.json ?? null,
    write: values.write,
    profile: values.profile ?? null,
    compare: before === undefined || after === undefined ? null : [before, after],
  };
}

function checkRows(
  { only, full, write }: { only: readonly string[]; full: boolean; write: boolean },
  rows: readonly string[],
): void {
  for (const name of only) {
    if (name !== 'ceiling' && !rows.includes(name)) {
      throw new Error(`There is no row ${name}. Rows: ceiling, ${rows.join(', ')}.`);
    }
  }
  if (only.length === 0) return;
  if (write) throw new Error('--write takes a whole run: leave out --only.');
  if (full) throw new Error('--full is every row, --only NAME a single one: give one of the two.');
}
