/**
 * The life of a delivery, as a small machine without a database: the specification that the statements
 * of the store are held against. A delivery is in one place at a time.
 *
 *   published ──► queue ◄──── retry, hand back, takeover ────┐
 *       │           └── claim ──► inflight ── begin, finish ─┤
 *       └────────────────────────────▲                       └──► log, for ever
 *
 * Webhooks, events, deliveries, nodes and replays are numbered from 0 in the order they came about.
 */

export type Final = 'success' | 'failed' | 'cancelled';

export type Place =
  | { readonly at: 'queue'; readonly due: boolean }
  | { readonly at: 'inflight'; readonly node: number; readonly isSending: boolean }
  | { readonly at: 'log'; readonly status: Final; readonly error: string | null };

export interface Delivery {
  readonly event: number;
  readonly webhook: number;
  readonly origin: 'publish' | 'redelivery' | 'replay' | 'test';
  /** Number of the attempt that is next or under way; of the last one when it ended with it. */
  readonly attempt: number;
  /** Leases it lost, all attempts together. */
  readonly lost: number;
  /** Attempts whose outcome was recorded. */
  readonly made: number;
  readonly place: Place;
}

export interface Webhook {
  readonly tenant: number;
  readonly types: readonly string[];
  readonly state: 'enabled' | 'webhook_disabled' | 'webhook_deleted';
}

export interface Replay {
  readonly webhook: number;
  readonly count: number;
  readonly replayed: number;
  /** Events that are not in the queue yet. */
  readonly waiting: readonly number[];
  readonly state: 'running' | 'finished' | 'cancelled';
}

/** `leaving`: told to stop, it begins nothing more. `gone`: taken over or ended; nothing it says counts. */
export type NodeState = 'alive' | 'leaving' | 'gone';

export interface World {
  readonly webhooks: readonly Webhook[];
  readonly events: readonly { readonly tenant: number; readonly type: string }[];
  readonly deliveries: readonly Delivery[];
  readonly nodes: readonly { readonly state: NodeState; readonly leaseIsOver: boolean }[];
  readonly replays: readonly Replay[];
}

export const EMPTY: World = { webhooks: [], events: [], deliveries: [], nodes: [], replays: [] };

export const TEST_TYPE = 'test.ping';
/** The first attempt and three retries. */
export const MOST_ATTEMPTS = 4;
export const MOST_LOST_LEASES = 5;
/** What the receiver's refusals are called in this machine: it answers 500. */
export const REFUSED = 'status_5xx';

// Publishing -----------------------------------------------------------------------------------------

export function publish(
  world: World,
  tenant: number,
  type: string,
  /** Who takes the deliveries at once; null: all wait in the queue. */
  node: number | null,
  /** A webhook that this node has no room for. */
  saturated: number | null,
): World {
  const event = world.events.length;
  const deliveries = world.webhooks.flatMap((webhook, number) => {
    const isMeant =
      webhook.tenant === tenant && webhook.state === 'enabled' && webhook.types.includes(type);
    const place = node === null || saturated === number ? DUE : held(node);
    return isMeant ? [fresh(event, number, 'publish', place)] : [];
  });
  return {
    ...world,
    events: [...world.events, { tenant, type }],
    deliveries: [...world.deliveries, ...deliveries],
  };
}

/** A Test goes past subscriptions and is sent even while the webhook is disabled. */
export function test(world: World, node: number, webhook: number): World {
  const tenant = required(world.webhooks[webhook]).tenant;
  const event = world.events.length;
  return {
    ...world,
    events: [...world.events, { tenant, type: TEST_TYPE }],
    deliveries: [...world.deliveries, fresh(event, webhook, 'test', held(node))],
  };
}

// Delivering -----------------------------------------------------------------------------------------

/** What a node may take: what is in the queue and due. */
export function claimable(world: World): number[] {
  return numbersOf(world, ({ place }) => place.at === 'queue' && place.due);
}

export function claim(world: World, node: number, taken: readonly number[]): World {
  return change(world, taken, (delivery) => ({ ...delivery, place: held(node) }));
}

/** An attempt begins, or there is no webhook to send to any more and none was made. */
export function begin(world: World, number: number): World {
  return change(world, [number], (delivery) => {
    const state = stateFor(world, delivery);
    if (state !== 'enabled') return end(delivery, 'cancelled', state);
    return { ...delivery, place: { ...delivery.place, isSending: true } as Place };
  });
}

/** An attempt ends. What a node that is gone says of it changes nothing. */
export function finish(world: World, node: number, number: number, isSuccess: boolean): World {
  if (world.nodes[node]?.state === 'gone') return world;
  return change(world, [number], (before) => {
    const delivery = { ...before, made: before.made + 1 };
    if (isSuccess) return end(delivery, 'success', null);
    if (isTest(world, delivery)) return end(delivery, 'failed', REFUSED);
    if (stateFor(world, delivery) !== 'enabled') return end(delivery, 'cancelled', REFUSED);
    if (delivery.attempt === MOST_ATTEMPTS) return end(delivery, 'failed', REFUSED);
    return { ...delivery, attempt: delivery.attempt + 1, place: { at: 'queue', due: false } };
  });
}

export function waitForRetries(world: World): World {
  const waiting = numbersOf(world, ({ place }) => place.at === 'queue');
  return change(world, waiting, (delivery) => ({ ...delivery, place: DUE }));
}

// Nodes ----------------------------------------------------------------------------------------------

export function startNode(world: World): World {
  return { ...world, nodes: [...world.nodes, { state: 'alive', leaseIsOver: false }] };
}

export function expire(world: World, node: number): World {
  return setNode(world, node, { leaseIsOver: true });
}

/** Another node takes over: all it holds is up again under the same attempt, with one lease lost. */
export function takeOver(world: World, node: number): World {
  const up = handBack(world, heldBy(world, node), 1);
  return setNode(up, node, { state: 'gone' });
}

/** On SIGTERM what waits in its memory goes back to the queue; what is under way may finish. */
export function park(world: World, node: number): World {
  const waiting = heldBy(world, node).filter((number) => {
    const { place } = required(world.deliveries[number]);
    const isWaiting = place.at === 'inflight' && !place.isSending;
    return isWaiting && !isTest(world, required(world.deliveries[number]));
  });
  return setNode(handBack(world, waiting, 0), node, { state: 'leaving' });
}

export function leave(world: World, node: number): World {
  return setNode(handBack(world, heldBy(world, node), 0), node, { state: 'gone' });
}

/** Back into the queue, due now. A Test is not repeated, and the fifth lost lease is the last. */
export function handBack(world: World, numbers: readonly number[], lostLeases: 0 | 1): World {
  return change(world, numbers, (before) => {
    const delivery = { ...before, lost: before.lost + lostLeases };
    if (isTest(world, delivery)) return end(delivery, 'failed', 'interrupted');
    if (delivery.lost >= MOST_LOST_LEASES) return end(delivery, 'failed', 'worker_lost');
    return { ...delivery, place: DUE };
  });
}

// Webhooks -------------------------------------------------------------------------------------------

export function create(world: World, tenant: number, types: readonly string[]): World {
  return { ...world, webhooks: [...world.webhooks, { tenant, types, state: 'enabled' }] };
}

export function subscribe(world: World, webhook: number, types: readonly string[]): World {
  return setWebhook(world, webhook, { types });
}

export function enable(world: World, webhook: number): World {
  return setWebhook(world, webhook, { state: 'enabled' });
}

/** What waits is cancelled; the attempt that was next never happened. */
export function turnOff(
  world: World,
  webhook: number,
  state: 'webhook_disabled' | 'webhook_deleted',
) {
  const waiting = numbersOf(
    world,
    (delivery) => delivery.webhook === webhook && delivery.place.at === 'queue',
  );
  const cancelled = change(world, waiting, (delivery) => end(delivery, 'cancelled', state));
  return setWebhook(cancelled, webhook, { state });
}

// Sending again --------------------------------------------------------------------------------------

/** Why a delivery cannot be redelivered; null: it can. */
export function redeliverRefusal(world: World, number: number): string | null {
  const delivery = required(world.deliveries[number]);
  if (isTest(world, delivery)) return 'test_event';
  const { state } = required(world.webhooks[delivery.webhook]);
  if (state !== 'enabled') return state;
  return isPending(world, delivery.event, delivery.webhook) ? 'delivery_pending' : null;
}

export function redeliver(world: World, number: number): World {
  const { event, webhook } = required(world.deliveries[number]);
  return { ...world, deliveries: [...world.deliveries, fresh(event, webhook, 'redelivery', DUE)] };
}

/** Events whose latest delivery to a webhook ended so, each once, without those that are on their way. */
export function replayable(world: World, webhook: number, status: Final): number[] {
  const onTheWay = new Set(
    world.replays.flatMap((replay) => (replay.webhook === webhook ? replay.waiting : [])),
  );
  const latest = new Map<number, Delivery>();
  for (const delivery of world.deliveries) {
    if (delivery.webhook === webhook) latest.set(delivery.event, delivery);
  }
  return [...latest]
    .filter(([event, delivery]) => {
      const { place } = delivery;
      const ended = place.at === 'log' && place.status === status;
      return ended && !isTest(world, delivery) && !onTheWay.has(event);
    })
    .map(([event]) => event)
    .toSorted((a, b) => a - b);
}

/** @param chunk how many events enter the queue at once */
export function startReplay(world: World, webhook: number, status: Final, chunk: number): World {
  const waiting = replayable(world, webhook, status);
  const replay: Replay = { webhook, count: waiting.length, replayed: 0, waiting, state: 'running' };
  const started = { ...world, replays: [...world.replays, replay] };
  return feedOne(started, started.replays.length - 1, chunk);
}

/** The oldest replay that runs goes on, or stops because its webhook takes nothing any more. */
export function feed(world: World, chunk: number): World {
  const number = world.replays.findIndex(({ state }) => state === 'running');
  const replay = world.replays[number];
  if (replay === undefined) return world;
  if (required(world.webhooks[replay.webhook]).state === 'enabled') {
    return feedOne(world, number, chunk);
  }
  const stopped: Replay = { ...replay, waiting: [], state: 'cancelled' };
  return { ...world, replays: world.replays.with(number, stopped) };
}

function feedOne(world: World, number: number, chunk: number): World {
  const replay = required(world.replays[number]);
  const taken = replay.waiting.slice(0, chunk);
  const waiting = replay.waiting.slice(chunk);
  const state = waiting.length === 0 ? 'finished' : 'running';
  const replayed = replay.replayed + taken.length;
  const made = taken.map((event) => fresh(event, replay.webhook, 'replay', DUE));
  return {
    ...world,
    replays: world.replays.with(number, { ...replay, waiting, replayed, state }),
    deliveries: [...world.deliveries, ...made],
  };
}

// Words ----------------------------------------------------------------------------------------------

const DUE: Place = { at: 'queue', due: true };

function held(node: number): Place {
  return { at: 'inflight', node, isSending: false };
}

function fresh(event: number, webhook: number, origin: Delivery['origin'], place: Place): Delivery {
  return { event, webhook, origin, attempt: 1, lost: 0, made: 0, place };
}

function end(delivery: Delivery, status: Final, error: string | null): Delivery {
  return { ...delivery, place: { at: 'log', status, error } };
}

export function isTest(world: World, { event }: Delivery): boolean {
  return world.events[event]?.type === TEST_TYPE;
}

/** Whether an attempt may be made: a Test asks only that the webhook is there. */
function stateFor(world: World, delivery: Delivery): Webhook['state'] {
  const { state } = required(world.webhooks[delivery.webhook]);
  return state === 'webhook_disabled' && isTest(world, delivery) ? 'enabled' : state;
}

function isPending(world: World, event: number, webhook: number): boolean {
  return world.deliveries.some(
    (other) => other.event === event && other.webhook === webhook && other.place.at !== 'log',
  );
}

function heldBy(world: World, node: number): number[] {
  return numbersOf(world, ({ place }) => place.at === 'inflight' && place.node === node);
}

function numbersOf(world: World, is: (delivery: Delivery) => boolean): number[] {
  return world.deliveries.flatMap((delivery, number) => (is(delivery) ? [number] : []));
}

function change(
  world: World,
  numbers: readonly number[],
  to: (delivery: Delivery) => Delivery,
): World {
  const chosen = new Set(numbers);
  return {
    ...world,
    deliveries: world.deliveries.map((delivery, number) =>
      chosen.has(number) ? to(delivery) : delivery,
    ),
  };
}

function setNode(world: World, node: number, to: Partial<World['nodes'][number]>): World {
  return { ...world, nodes: world.nodes.with(node, { ...required(world.nodes[node]), ...to }) };
}

function setWebhook(world: World, webhook: number, to: Partial<Webhook>): World {
  const before = required(world.webhooks[webhook]);
  return { ...world, webhooks: world.webhooks.with(webhook, { ...before, ...to }) };
}

export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The machine names something that is not there.');
  return value;
}
