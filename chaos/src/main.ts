/** `npm run chaos`: see --help. */
import { writeFile } from 'node:fs/promises';
import { account } from './account/verdict.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { run } from './run.ts';
import { findingLines, verdictTable } from './table.ts';
import { ROLES } from './world/topology.ts';
import type { World } from './world/world.ts';

/** What the product promises, and a second for a machine that does everything at once. */
const STOP_LIMIT_MS = 7_000;

async function end(world: World | null): Promise<void> {
  await world?.close();
  await world?.remove();
}

async function main(options: Options): Promise<void> {
  if (options.help) {
    console.log(USAGE);
    return;
  }
  if (process.platform !== 'linux') {
    throw new Error('Chaos needs Linux: each node calls out from a loopback address of its own.');
  }
  const { minutes, seed, eventsPerSecond, retryScheduleSeconds } = options;
  console.log(
    `${minutes} minutes, --seed ${seed} --rate ${eventsPerSecond} ` +
      `--schedule ${retryScheduleSeconds.join(',')}`,
  );
  let world: World | null = null;
  const onSignal = (): void => {
    console.error('Ending everything.');
    void end(world).finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  let isWell = false;
  try {
    const evidence = await run({
      seed,
      lengthMs: minutes * 60_000,
      roles: ROLES,
      eventsPerSecond,
      retryScheduleSeconds,
      stopLimitMs: STOP_LIMIT_MS,
      tell: (sentence) => console.error(sentence),
      onWorld: (made) => {
        world = made;
      },
    });
    const verdict = account(evidence);
    const findings = findingLines(verdict);
    isWell = findings.length === 0;
    console.log(`\n${verdictTable(verdict)}\n`);
    for (const line of findings) console.log(line);
    if (options.json !== null) {
      await writeFile(options.json, `${JSON.stringify({ seed, ...verdict }, null, 2)}\n`);
    }
  } finally {
    const made = world as World | null;
    if (isWell && !options.keep) await made?.remove();
    else if (made !== null) {
      await made.keep();
      console.error(`Logs and journal: ${made.dir}`);
    }
    if (!isWell) process.exitCode = 1;
  }
  console.log(isWell ? 'Nothing was lost, and everything is explained.' : 'NOT well; see above.');
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
