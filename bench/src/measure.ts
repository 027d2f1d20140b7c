import { type Bench, type Figure, RATE, type Row } from './bench.ts';
import { leastDisturbed } from './disturbance.ts';
import type { Load } from './load.ts';
import { describeMachine } from './machine.ts';
import { Product } from './product.ts';
import type { Receiver } from './receiver.ts';
import { Remote } from './remote.ts';
import { type Disturbance, meanCeiling, type Result } from './result.ts';
import { measureCeiling } from './rows/ceiling.ts';

const CEILING_SECONDS = 5;
const WARM_UP_SECONDS = 3;

export interface Plan {
  rows: readonly Row[];
  seconds: number;
  /** How often a row is measured at most while other programs disturb it. */
  tries: number;
  profile: string | null;
  /** Hears what is being done. */
  tell: (sentence: string) => void;
}

/** What a run has to work with, and what it notes of its surroundings. */
interface Run extends Omit<Bench, 'product'> {
  plan: Plan;
  receiverOrigin: string;
  others: Disturbance[];
}

/** One run: the ceiling, every row against one product, the ceiling again. */
export async function measure(plan: Plan): Promise<Result> {
  const receiver = new Remote<Receiver>(new URL('./receiver.ts', import.meta.url));
  const load = new Remote<Load>(new URL('./load.ts', import.meta.url));
  try {
    const { seconds } = plan;
    const warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds);
    const receiverOrigin = `http://127.0.0.1:${await receiver.ask('listen', null)}`;
    const others: Disturbance[] = [];
    const run: Run = { plan, receiver, load, seconds, warmUpSeconds, receiverOrigin, others };
    const beforePerSecond = await takeCeiling(run, 'before');
    const { figures, postgres } = await measureRows(run);
    const ceiling = { beforePerSecond, afterPerSecond: await takeCeiling(run, 'after') };
    const mean = meanCeiling(ceiling);
    return {
      measuredAt: new Date().toISOString(),
      machine: describeMachine(postgres),
      seconds,
      warmUpSeconds,
      ceiling,
      others,
      measures: figures.map((figure) => ({
        ...figure,
        ratio: figure.unit === RATE ? figure.value / mean : null,
      })),
    };
  } finally {
    await Promise.all([receiver.stop(), load.stop()]);
  }
}

async function takeCeiling(run: Run, when: 'before' | 'after'): Promise<number> {
  const { plan, receiver, load, receiverOrigin: origin, others } = run;
  plan.tell(`The ceiling, ${when} …`);
  const seconds = Math.min(CEILING_SECONDS, plan.seconds);
  const taken = await leastDisturbed({
    ours: [process.pid, receiver.pid, load.pid],
    postgresPid: null,
    tries: plan.tries,
    take: () => measureCeiling({ load, receiver, origin, seconds, warmUpSeconds: 1 }),
  });
  others.push({ row: `ceiling ${when}`, share: taken.othersShare });
  return taken.value;
}

async function measureRows(run: Run): Promise<{ figures: Figure[]; postgres: string }> {
  const { plan, receiver, load, receiverOrigin, others } = run;
  if (plan.rows.length === 0) return { figures: [], postgres: 'not started' };
  plan.tell('Starting the product …');
  const { profile } = plan;
  const nodeFlags = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const product = await Product.start({ nodeFlags });
  try {
    await product.createWebhook(`${receiverOrigin}/hook`);
    const figures: Figure[] = [];
    for (const row of plan.rows) {
      plan.tell(`${row.name}: ${row.description} …`);
      const taken = await leastDisturbed({
        ours: [process.pid, product.pid, receiver.pid, load.pid],
        postgresPid: product.postgres.pid,
        tries: plan.tries,
        take: () => row.measure({ ...run, product }),
      });
      figures.push(...taken.value);
      others.push({ row: row.name, share: taken.othersShare });
    }
    return { figures, postgres: product.postgres.version };
  } finally {
    await product.stop();
  }
}
