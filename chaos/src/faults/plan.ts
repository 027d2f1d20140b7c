import type { Dice } from '@sydx/server/test/kit/dice.ts';
import type { Mood } from '../receivers/receivers-process.ts';
import type { WebhookPlan } from '../world/topology.ts';
import { type NodeFault, PAST_LEASE_MS, type Planned, type PostgresFault } from './kinds.ts';

export interface PlanOptions {
  readonly dice: Dice;
  readonly lengthMs: number;
  readonly nodes: readonly string[];
  readonly webhooks: readonly WebhookPlan[];
  readonly retryScheduleSeconds: readonly number[];
}

type Draft =
  | Omit<Extract<Planned, { on: 'node' }>, 'atMs'>
  | Omit<Extract<Planned, { on: 'postgres' }>, 'atMs'>
  | Omit<Extract<Planned, { on: 'receiver' }>, 'atMs'>
  | Omit<Extract<Planned, { on: 'admin' }>, 'atMs'>;

/** Time for whatever was hit to be itself again before it is hit once more. */
const REST_MS = 6_000;
const NODES_AT_ONCE = 2;

/**
 * Draws a whole run beforehand: the same dice give the same faults at the same moments. Kinds come
 * from a deck that is shuffled anew when it is used up, so a short run meets all of them as well.
 */
export function planFaults(options: PlanOptions): Planned[] {
  const { dice, lengthMs } = options;
  const planned: Planned[] = [];
  const busyUntil = new Map<string, number>();
  let deck: Draw[] = [];
  for (let atMs = 2_000; atMs < lengthMs; atMs += dice.between(1_500, 5_000)) {
    if (deck.length === 0) deck = shuffled(DECK, dice);
    const at = deck.findIndex((draw) => draw.isFree(options, busyUntil, atMs));
    const draw = deck[at];
    if (draw === undefined) continue;
    deck.splice(at, 1);
    const draft = draw.draft(options, busyUntil, atMs);
    busyUntil.set(draft.target, atMs + draft.lengthMs + REST_MS);
    planned.push({ atMs, ...draft });
  }
  return planned;
}

interface Draw {
  isFree(options: PlanOptions, busy: ReadonlyMap<string, number>, atMs: number): boolean;
  draft(options: PlanOptions, busy: ReadonlyMap<string, number>, atMs: number): Draft;
}

function freeOf(targets: readonly string[], busy: ReadonlyMap<string, number>, atMs: number) {
  return targets.filter((target) => (busy.get(target) ?? 0) <= atMs);
}

function pick<T>(from: readonly T[], dice: Dice): T {
  const one = from[dice.between(0, from.length - 1)];
  if (one === undefined) throw new Error('Nothing to pick from.');
  return one;
}

function onNode(kind: NodeFault, length: { from: number; to: number }): Draw {
  return {
    isFree: ({ nodes }, busy, atMs) => {
      const free = freeOf(nodes, busy, atMs);
      return free.length > 0 && nodes.length - free.length < NODES_AT_ONCE;
    },
    draft: ({ nodes, dice }, busy, atMs) => ({
      on: 'node',
      kind,
      target: pick(freeOf(nodes, busy, atMs), dice),
      lengthMs: dice.between(length.from, length.to),
    }),
  };
}

function onPostgres(kind: PostgresFault): Draw {
  return {
    isFree: (_, busy, atMs) => freeOf(['postgres'], busy, atMs).length > 0,
    draft: ({ dice }) => ({
      on: 'postgres',
      kind,
      target: 'postgres',
      // One in four outlives every lease.
      lengthMs: dice.between(1, 4) === 1 ? dice.between(11_000, 13_000) : dice.between(500, 4_000),
    }),
  };
}

function onReceiver(mood: Mood, moods: readonly WebhookPlan['moods'][]): Draw {
  const targets = ({ webhooks }: PlanOptions) =>
    webhooks.filter((webhook) => moods.includes(webhook.moods));
  return {
    isFree: (options, busy, atMs) => {
      const names = targets(options).map(({ name }) => name);
      return freeOf(names, busy, atMs).length > 0;
    },
    draft: (options, busy, atMs) => {
      const { dice, retryScheduleSeconds } = options;
      const free = targets(options).filter(({ name }) => (busy.get(name) ?? 0) <= atMs);
      const webhook = pick(free, dice);
      const untilFailedMs = retryScheduleSeconds.reduce((sum, s) => sum + s + 5, 5) * 1_000;
      const wantedMs = {
        brief: dice.between(2_000, 6_000),
        long: dice.between(5_000, 25_000),
        'until failed': untilFailedMs + dice.between(5_000, 15_000),
      }[webhook.moods];
      // Nobody waits for a receiver once all else is over.
      const lengthMs = Math.min(wantedMs, Math.max(2_000, options.lengthMs - atMs));
      return { on: 'receiver', mood, kind: `receiver ${mood}`, target: webhook.name, lengthMs };
    },
  };
}

function byAdmin(act: 'rotate' | 'switch' | 'replay'): Draw {
  const kinds = {
    rotate: 'secret rotated',
    switch: 'webhook disabled and enabled',
    replay: 'failed replayed',
  } as const;
  // Rotating a webhook whose receiver just hangs is well worth it: only its own acts keep it busy.
  const targets = ({ webhooks }: PlanOptions) =>
    webhooks.filter(({ admin }) => admin.includes(act)).map(({ name }) => `${name}'s admin`);
  return {
    isFree: (options, busy, atMs) => freeOf(targets(options), busy, atMs).length > 0,
    draft: (options, busy, atMs) => ({
      on: 'admin',
      kind: kinds[act],
      target: pick(freeOf(targets(options), busy, atMs), options.dice),
      lengthMs: options.dice.between(2_000, 8_000),
    }),
  };
}

const SHORT = { from: 0, to: 3_000 };
const DECK: readonly Draw[] = [
  onNode('node killed', SHORT),
  onNode('node killed', SHORT),
  onNode('node killed', SHORT),
  onNode('node terminated', SHORT),
  onNode('node terminated', SHORT),
  onNode('node frozen', PAST_LEASE_MS),
  onNode('node cut from PostgreSQL, reset', PAST_LEASE_MS),
  onNode('node cut from PostgreSQL, silent', PAST_LEASE_MS),
  onNode('node cut from receivers, reset', { from: 3_000, to: 9_000 }),
  onNode('node cut from receivers, silent', { from: 3_000, to: 9_000 }),
  onPostgres('PostgreSQL stopped fast'),
  onPostgres('PostgreSQL stopped immediate'),
  onReceiver('fails', ['long', 'brief']),
  onReceiver('hangs', ['long', 'brief']),
  onReceiver('breaks off', ['long']),
  onReceiver('reset', ['long']),
  onReceiver('silent', ['long', 'brief']),
  onReceiver('fails', ['until failed']),
  byAdmin('rotate'),
  byAdmin('switch'),
  byAdmin('replay'),
];

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(dice.between(0, rest.length - 1), 1));
  return order;
}
