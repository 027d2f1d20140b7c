import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Database } from '../../src/store/database.ts';
import { compare, violations } from './invariants.ts';
import { forgetAll, type Logged, observe } from './observe.ts';
import { Ground } from './ground.ts';
import { play, settle, setUp } from './play.ts';
import type { Statements } from './statements.ts';
import { type Step, steps } from './steps.ts';

/** Something that happens to the database between two moves, to see whether it is noticed. */
export type Accident = (ground: Ground) => Promise<void>;

/**
 * @param seed of fast-check; its report of a failure gives it with the path to the shortest sequence
 * @throws Error with the shortest sequence of moves after which something does not hold
 */
export async function assertLife(
  {
    database,
    tenantNos,
    statements,
  }: {
    database: Database;
    tenantNos: readonly number[];
    statements: Statements;
  },
  options: {
    runs: number;
    seed: number;
    path?: string | undefined;
    /** The first sequence that fails will do, however long. */
    isLongFine?: boolean;
    accident?: Accident | undefined;
  },
): Promise<Tally> {
  const tally: Tally = { runs: 0, moves: new Map(), endings: new Map() };
  const property = fc.asyncProperty(steps, async (sequence) => {
    await forgetAll(database.general);
    const ground = new Ground(database, tenantNos, statements);
    await setUp(ground);
    await playOut(ground, sequence, tally.moves, options.accident);
    count(ground, tally);
    tally.runs += 1;
  });
  await fc.assert(property, {
    numRuns: options.runs,
    seed: options.seed,
    endOnFailure: options.isLongFine ?? false,
    ...(options.path !== undefined && { path: options.path }),
  });
  return tally;
}

/** What the sequences came to, to see that they go where it matters. */
export interface Tally {
  runs: number;
  readonly moves: Map<string, number>;
  /** How deliveries and replays ended. */
  readonly endings: Map<string, number>;
}

function count({ world }: Ground, { endings }: Tally): void {
  const note = (ending: string) => endings.set(ending, (endings.get(ending) ?? 0) + 1);
  for (const { count: events, state } of world.replays) {
    note(`replay of ${events > 1 ? 'several events' : `${events} events`} ${state}`);
  }
  for (const { place, made } of world.deliveries) {
    if (place.at !== 'log') continue;
    note(`${place.status} by ${place.error} after ${made} attempts`);
  }
}

async function playOut(
  ground: Ground,
  sequence: readonly Step[],
  moves: Map<string, number>,
  accident: Accident | undefined,
): Promise<void> {
  let log: readonly Logged[] = [];
  const check = async (): Promise<void> => {
    const observed = await observe(ground.database.general);
    const wrong = violations(ground, observed, log);
    const { expected, actual } = compare(ground, observed);
    if (!isDeepStrictEqual(expected, actual)) {
      const first = expected.findIndex((line, index) => line !== actual[index]);
      wrong.push(`should be: ${expected[first]}`, `is:        ${actual[first]}`);
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    log = observed.log;
  };
  for (const step of sequence) {
    if (!(await play(ground, step))) continue;
    moves.set(step.kind, (moves.get(step.kind) ?? 0) + 1);
    await check();
    await accident?.(ground);
  }
  await settle(ground, check);
}
