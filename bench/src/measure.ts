import { type Figure, RATE, type Row, type Tools } from './bench.ts';
import { leastDisturbed } from './disturbance.ts';
import type { Load } from './load.ts';
import { describeMachine } from './machine.ts';
import { Product, type ProductOptions } from './product.ts';
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
interface Run extends Tools {
  plan: Plan;
  others: Disturbance[];
}

/** One run: the ceiling, every row, the ceiling again. */
export async function measure(plan: Plan): Promise<Result> {
  const receiver = new Remote<Receiver>(new URL('./receiver.ts', import.meta.url));
  const load = new Remote<Load>(new URL('./load.ts', import.meta.url));
  try {
    const { seconds, profile } = plan;
    const warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds);
    const receiverOrigin = `http://127.0.0.1:${await receiver.ask('listen', null)}`;
    const others: Disturbance[] = [];
    const nodeFlags = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    let postgres = 'not started';
    const startProduct = async (options?: ProductOptions): Promise<Product> => {
      const product = await Product.start({ nodeFlags, ...options });
      postgres = product.postgres.version;
      return product;
    };
    const tools = { receiver, receiverOrigin, load, seconds, warmUpSeconds, startProduct };
    const run: Run = { ...tools, plan, others };
    const beforePerSecond = await takeCeiling(run, 'before');
    const figures = await measureRows(run);
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
    tries: plan.tries,
    take: () => measureCeiling({ load, receiver, origin, seconds, warmUpSeconds: 1 }),
  });
  others.push({ row: `ceiling ${when}`, share: taken.othersShare });
  return taken.value;
}

async function measureRows(run: Run): Promise<Figure[]> {
  const { plan, others } = run;
  const figures: Figure[] = [];
  const common = new CommonProduct(run);
  try {
    for (const row of plan.rows) {
      plan.tell(`${row.name}: ${row.description} …`);
      if ('own' in row) await common.stop();
      const take = async (): Promise<Figure[]> =>
        'own' in row
          ? await row.measure(run)
          : await row.measure({ ...run, product: await common.get() });
      const taken = await leastDisturbed({ tries: plan.tries, take });
      figures.push(...taken.value);
      others.push({ row: row.name, share: taken.othersShare });
    }
    return figures;
  } finally {
    await common.stop();
  }
}

/** The product that rows share: started for the first of them, and again after a row of its own. */
class CommonProduct {
  readonly #run: Run;
  #product: Product | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  async get(): Promise<Product> {
    if (this.#product === null) {
      this.#run.plan.tell('Starting the product …');
      this.#product = await this.#run.startProduct();
      await this.#product.createWebhook(`${this.#run.receiverOrigin}/hook`);
    }
    return this.#product;
  }

  async stop(): Promise<void> {
    const product = this.#product;
    this.#product = null;
    await product?.stop();
  }
}
