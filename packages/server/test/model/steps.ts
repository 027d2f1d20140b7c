import fc from 'fast-check';
import type { Ground } from './ground.ts';

/** What a move makes of this is its own affair: `a`, `b` and `c` choose among what is there. */
export interface Choices {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Makes a move in the machine and in the database. @returns false when it cannot be made now */
export type Move = (ground: Ground, choices: Choices) => Promise<boolean>;

/** How likely each move is beside the others. */
const WEIGHTS = {
  publish: 14,
  claim: 10,
  begin: 20,
  succeed: 8,
  fail: 16,
  'fail for a while': 3,
  'finish late': 6,
  'let retries become due': 4,
  'let a lease run out': 3,
  'take over': 3,
  'lose all nodes': 3,
  'start a node': 2,
  'stop a node': 1,
  'end a node': 1,
  'hand groups back': 1,
  'create a webhook': 1,
  'change its events': 1,
  rotate: 1,
  disable: 2,
  enable: 5,
  delete: 1,
  redeliver: 3,
  'redeliver as a stranger': 1,
  replay: 4,
  'feed a replay': 3,
  test: 2,
} as const;

export type Kind = keyof typeof WEIGHTS;

/**
 * A move that cannot be made when its turn comes is left out, so any part of a sequence is a sequence:
 * that is what shrinking needs.
 */
export interface Step extends Choices {
  readonly kind: Kind;
}

const number = fc.nat({ max: 11 });
const kind = fc.oneof(
  ...Object.entries(WEIGHTS).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name as Kind),
  })),
);

export const steps = fc.array(fc.record({ kind, a: number, b: number, c: number }), {
  minLength: 30,
  maxLength: 120,
  size: 'max',
});

export function pick<T>(from: readonly T[], choice: number): T | undefined {
  return from[choice % Math.max(from.length, 1)];
}
