import { parseArgs } from 'node:util';

export interface Options {
  readonly help: boolean;
  readonly minutes: number;
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly retryScheduleSeconds: readonly number[];
  readonly json: string | null;
  readonly keep: boolean;
}

export const USAGE = `npm run chaos [-- OPTIONS]

Runs four nodes on a PostgreSQL of their own, publishes events, breaks something every few seconds,
lets everything heal, and accounts for every event by its id. Exits with 1 when one was lost, or when
something happened that no fault explains. Needs Linux.

  --minutes N       minutes of faults (default 20)
  --seed N          repeats the faults of a run; printed by each (default: random)
  --rate N          events a second (default 40)
  --schedule LIST   seconds before retries (default 5,30,120, the product's own)
  --json FILE       also write what was found to FILE
  --keep            keep logs and journal, also when all is well
  --help            this text`;

/** @throws Error with a sentence on arguments that mean nothing here */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rate: { type: 'string', default: '40' },
      schedule: { type: 'string', default: '5,30,120' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes >= 0.1 && minutes <= 10_000)) throw new Error('--minutes takes 0.1 to 10000.');
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error('--seed takes a whole number from 0.');
  }
  const eventsPerSecond = Number(values.rate);
  if (!(eventsPerSecond >= 1 && eventsPerSecond <= 1_000))
    throw new Error('--rate takes 1 to 1000.');
  const retryScheduleSeconds = values.schedule.split(',').map(Number);
  if (!retryScheduleSeconds.every((seconds) => seconds > 0 && seconds <= 3_600)) {
    throw new Error('--schedule takes seconds separated by commas, such as 1,2,4.');
  }
  return {
    help: values.help,
    minutes,
    seed,
    eventsPerSecond,
    retryScheduleSeconds,
    json: values.json ?? null,
    keep: values.keep,
  };
}
