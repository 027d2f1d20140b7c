import { parseArgs } from 'node:util';

export interface Options<Target extends string> {
  /** What to fuzz; null: print the help. */
  readonly target: Target | null;
  readonly count: number;
  readonly seed: number;
}

export const USAGE = `npm run fuzz -- TARGET [OPTIONS]

Targets:
  answers           random bytes in place of HTTP answers, against the transport
  input             random requests against every route of the API

  --count N         how many cases (default 2000)
  --seed N          repeats a run; printed by each (default: random)
  --help            this text`;

/** @throws Error with a sentence on arguments that mean nothing here */
export function readOptions<Target extends string>(
  args: readonly string[],
  targets: readonly Target[],
): Options<Target> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      count: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const count = Number(values.count);
  if (!Number.isInteger(count) || count < 1)
    throw new Error('--count takes a whole number from 1.');
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error('--seed takes a whole number from 0.');
  }
  if (values.help) return { target: null, count, seed };
  const [name, ...more] = positionals;
  const target = targets.find((known) => known === name);
  if (target === undefined || more.length > 0) {
    throw new Error(`Name one target: ${targets.join(' or ')}. --help tells more.`);
  }
  return { target, count, seed };
}
