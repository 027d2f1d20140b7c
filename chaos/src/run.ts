import { throwDice } from '@sydx/server/test/kit/dice.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Evidence, gather } from './account/evidence.ts';
import { readResidue, type Residue } from './account/stored.ts';
import { History } from './faults/history.ts';
import { inflict } from './faults/inflict.ts';
import { planFaults } from './faults/plan.ts';
import { Ledger } from './load/ledger.ts';
import { Publishers } from './load/publishers.ts';
import type { Role } from './world/node.ts';
import { nodeName, WEBHOOKS } from './world/topology.ts';
import { World } from './world/world.ts';

export interface RunOptions {
  readonly seed: number;
  /** How long faults go on. Starting and healing come on top. */
  readonly lengthMs: number;
  readonly roles: readonly Role[];
  readonly eventsPerSecond: number;
  readonly retryScheduleSeconds: readonly number[];
  /** SIGTERM must end a node within this. The product's word is 6 s. */
  readonly stopLimitMs: number;
  readonly tell: (sentence: string) => void;
  /** Hears of the world before anything in it runs, so that Ctrl+C can close it. */
  readonly onWorld: (world: World) => void;
}

/** Beyond the retries: leases that run out, restarts, backlogs of receivers that were away. */
const HEALING_MS = 180_000;

/**
 * One run, from an empty directory to everything healed and nothing running.
 *
 * @throws Error when the world cannot even be set up
 */
export async function run(options: RunOptions): Promise<Evidence> {
  const history = new History();
  const ledger = new Ledger();
  const startedMs = performance.now();
  const tell = (sentence: string): void => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    options.tell(`${seconds.padStart(7)} s  ${sentence}`);
  };
  const { roles, retryScheduleSeconds } = options;
  const world = await World.create(
    { roles, webhooks: WEBHOOKS, retryScheduleSeconds, history },
    options.onWorld,
  );
  try {
    tell(`${roles.length} nodes are ready.`);
    await breakThings(world, history, ledger, { ...options, tell });
    tell('Nothing is broken any more; waiting until nothing is pending.');
    await heal(world, history, { ...options, tell });
    history.surprises.push(...ledger.surprises);
    const { all: happened, stopsMs, surprises } = history;
    const told = { published: ledger.events, happened, stopsMs, surprises };
    const evidence = await gather(world, told);
    await endInOrder(world, history, options.stopLimitMs);
    return evidence;
  } finally {
    await world.close();
  }
}

async function breakThings(
  world: World,
  history: History,
  ledger: Ledger,
  { seed, lengthMs, roles, eventsPerSecond, stopLimitMs, tell }: RunOptions,
): Promise<void> {
  const plan = planFaults({
    dice: throwDice(seed),
    lengthMs,
    nodes: roles.map(nodeName),
    webhooks: WEBHOOKS,
    retryScheduleSeconds: world.retryScheduleSeconds,
  });
  const publishers = new Publishers({
    nodes: world.nodes.filter(({ options }) => options.role !== 'worker'),
    apiKey: world.apiKey,
    ledger,
    // Its own, so that how fast publishers are never changes which faults come.
    dice: throwDice(seed + 1),
    eventsPerSecond,
  });
  const startedMs = performance.now();
  const underWay = new Map<string, Promise<unknown>>();
  for (const planned of plan) {
    await sleep(Math.max(0, startedMs + planned.atMs - performance.now()));
    // What hits the same target waits until it is itself again, which takes long while PostgreSQL is away:
    // two faults at once on one process, or two acts on one webhook, could not be told apart afterwards.
    const before = underWay.get(planned.target) ?? Promise.resolve();
    const doing = before.then(() => inflict(planned, { world, history, stopLimitMs, tell }));
    // Told at the end by Promise.all; until then nobody listens.
    doing.catch(() => undefined);
    underWay.set(planned.target, doing);
  }
  await sleep(Math.max(0, startedMs + lengthMs - performance.now()));
  await Promise.all([...underWay.values(), publishers.stop()]);
}

/** Waits until every node is well and nothing is left to do; says so when that does not come. */
async function heal(
  world: World,
  history: History,
  { retryScheduleSeconds, tell }: RunOptions,
): Promise<void> {
  const retriesMs = retryScheduleSeconds.reduce((sum, seconds) => sum + seconds + 5, 5) * 1_000;
  const untilMs = performance.now() + retriesMs + HEALING_MS;
  const wanted: Residue = {
    pending: 0,
    queue: 0,
    inflight: 0,
    nodes: world.nodes.length,
    replays: 0,
  };
  let toldMs = performance.now();
  for (;;) {
    const residue = await readResidue(world.postgres);
    const names = Object.keys(wanted) as (keyof Residue)[];
    const wrong = names.filter((name) => residue[name] !== wanted[name]);
    const ready = await Promise.all(world.nodes.map((node) => node.isReady()));
    if (wrong.length === 0 && ready.every(Boolean)) return;
    if (performance.now() > untilMs) {
      history.surprises.push(
        ...wrong.map((name) => `After healing ${name} is ${residue[name]}, not ${wanted[name]}`),
        ...world.nodes
          .filter((_, index) => !ready[index])
          .map(({ name }) => `${name} is not ready`),
      );
      return;
    }
    if (performance.now() - toldMs > 10_000) {
      toldMs = performance.now();
      tell(`${residue.pending} deliveries are pending.`);
    }
    await sleep(500);
  }
}

/** All at once, as a shutdown of the whole: nobody is left to take over, and nothing may be left. */
async function endInOrder(world: World, history: History, limitMs: number): Promise<void> {
  await Promise.all(
    world.nodes.map(async (node) => {
      const ended = await node.terminate();
      if (ended !== null) history.stopsMs.push(ended.tookMs);
      if (ended?.code !== 0 || ended.tookMs > limitMs) {
        history.surprises.push(`At the end ${node.name} ended like this: ${JSON.stringify(ended)}`);
      }
    }),
  );
  const { nodes } = await readResidue(world.postgres);
  if (nodes > 0) history.surprises.push(`${nodes} rows of nodes are left after all have ended`);
}
