import { renewLease } from '../../src/store/nodes.ts';
import { endLease } from '../kit/places.ts';
import { type Ground, LEASE_SECONDS, TENANTS, TYPES } from './ground.ts';
import * as life from './life.ts';
import { type Choices, type Move, pick } from './steps.ts';

const { required } = life;
const MOST_ALIVE = 4;

/** What nodes do and what happens to them. */
export const NODE_MOVES = {
  publish: async (ground, { a, b, c }) => {
    const alive = ground.nodes('alive');
    // One turn in so many is an api node's: it leases nothing.
    const node = a % (alive.length + 1) === 0 ? null : (pick(alive, a) ?? null);
    await publish(ground, {
      tenant: b % TENANTS.length,
      type: TYPES[c % TYPES.length] ?? TYPES[0],
      node,
      saturated: a % 4 === 3 ? 0 : null,
    });
    return true;
  },
  claim: async (ground, { a, b }) => {
    const node = pick(ground.nodes('alive'), a);
    if (node === undefined) return false;
    await claim(ground, node, (b % 3) + 1);
    return true;
  },
  begin: async (ground: Ground, choices: Choices): Promise<boolean> =>
    await onJobs(ground, ['alive'], false, choices, async (number, node) => {
      ground.world = life.begin(ground.world, number);
      await ground.hand(node).begin(number);
    }),
  succeed: async (ground, choices) => await finish(ground, ['alive', 'leaving'], choices, true),
  fail: async (ground: Ground, choices: Choices): Promise<boolean> =>
    await finish(ground, ['alive', 'leaving'], choices, false),
  'finish late': async (ground, choices) =>
    await finish(ground, ['gone'], choices, choices.c % 2 === 0),
  'let retries become due': async (ground: Ground): Promise<boolean> => {
    ground.world = life.waitForRetries(ground.world);
    await ground.database.hot.query(
      `update sydx.queue set due = clock_timestamp() where due > clock_timestamp()`,
    );
    return true;
  },
  /** Receivers are down: whatever there is fails, and fails again when its retry is due. */
  'fail for a while': async (ground, { a, b }) => {
    const node = pick(ground.nodes('alive'), a);
    if (node === undefined) return false;
    const every = { a: 0, b: 3, c: 0 };
    for (let round = 0; round <= b % 5; round += 1) {
      await NODE_MOVES['let retries become due'](ground);
      await claim(ground, node, 100);
      while (await NODE_MOVES.begin(ground, every));
      while (await NODE_MOVES.fail(ground, every));
    }
    return true;
  },
  'let a lease run out': async (ground, { a }) => {
    const node = pick(ground.nodes('alive', 'leaving'), a);
    if (node === undefined) return false;
    await expire(ground, node);
    return true;
  },
  'take over': async (ground) => await takeOver(ground),
  'lose all nodes': async (ground) => {
    for (const node of ground.nodes('alive', 'leaving')) await expire(ground, node);
    while (await takeOver(ground));
    await ground.startNode();
    await claim(ground, ground.hands.length - 1, 100);
    return true;
  },
  'start a node': async (ground) => {
    if (ground.nodes('alive').length >= MOST_ALIVE) return false;
    await ground.startNode();
    return true;
  },
  'stop a node': async (ground, { a }) => {
    const node = pick(ground.nodes('alive'), a);
    if (node === undefined) return false;
    const hand = ground.hand(node);
    const waiting = [...hand.held].flatMap(([number, { underWay }]) => {
      const isTest = life.isTest(ground.world, required(ground.world.deliveries[number]));
      return underWay === undefined && !isTest ? [number] : [];
    });
    ground.world = life.park(ground.world, node);
    const parked = waiting.map((number) => hand.parked(number));
    await ground.statements.parkDeliveries(ground.database.general, hand.id, parked);
    hand.forget(waiting);
    return true;
  },
  'end a node': async (ground, { a }) => {
    const node = pick(ground.nodes('leaving'), a);
    if (node === undefined) return false;
    ground.world = life.leave(ground.world, node);
    await ground.statements.endNode(ground.database.general, ground.hand(node).id, 0);
    return true;
  },
  /** As after a broken connection: of the whole group nothing was begun. */
  'hand groups back': async (ground, { a, b }) => {
    const node = pick(ground.nodes('alive'), a);
    if (node === undefined) return false;
    const hand = ground.hand(node);
    const untouched = [...hand.groups.values()].filter(({ group, numbers }) =>
      numbers.every((number) => {
        const held = hand.held.get(number);
        return held?.job.group === group && held.underWay === undefined;
      }),
    );
    const chosen = pick(untouched, b);
    if (chosen === undefined) return false;
    ground.world = life.handBack(ground.world, chosen.numbers, 0);
    const { number } = chosen.group;
    await ground.statements.handBackGroups(ground.database.general, hand.id, [number]);
    hand.forget(chosen.numbers);
    hand.groups.delete(number);
    return true;
  },
} satisfies Record<string, Move>;

async function publish(
  ground: Ground,
  event: { tenant: number; type: string; node: number | null; saturated: number | null },
): Promise<void> {
  const { tenant, type, node, saturated } = event;
  const made = ground.makeEvent(tenant, type);
  ground.world = life.publish(ground.world, tenant, type, node, saturated);
  const hand = node === null ? undefined : ground.hand(node);
  const group = hand?.nextGroup() ?? '';
  const full = saturated === null ? [] : [required(ground.ids.webhooks[saturated])];
  const published = await ground.statements.publishEvents(
    ground.database.hot,
    [made],
    hand === undefined ? null : { nodeId: hand.id, number: group, saturated: full },
  );
  ground.ids.events.push(required(published.eventIds[0]));
  ground.answered.fanOut += published.deliveryIds.length + published.queuedCount;
  await ground.learnDeliveries();
  hand?.hold(
    group,
    published.deliveryIds.map((id) => ground.job(id)),
  );
}

async function claim(ground: Ground, node: number, perWebhook: number): Promise<void> {
  const hand = ground.hand(node);
  const number = hand.nextGroup();
  const { claimed } = await ground.statements.claimQueue(
    ground.database.hot,
    { nodeId: hand.id, number },
    '0',
    [],
    perWebhook,
    500,
  );
  const taken = claimed.map(({ id }) => ground.numberOf(id));
  checkClaim(ground.world, taken, perWebhook);
  ground.world = life.claim(ground.world, node, taken);
  hand.hold(
    number,
    claimed.map(({ id, attempt, lost }) => ({ ...ground.job(id), attempt, lost })),
  );
}

/** Which of those that are due come first is the statement's own affair; how many is not. */
function checkClaim(world: life.World, taken: readonly number[], perWebhook: number): void {
  const due = life.claimable(world);
  for (const [webhook] of world.webhooks.entries()) {
    const of = (numbers: readonly number[]) =>
      numbers.filter((number) => world.deliveries[number]?.webhook === webhook);
    const wanted = Math.min(of(due).length, perWebhook);
    if (of(taken).length !== wanted || !of(taken).every((number) => due.includes(number))) {
      throw new Error(
        `Of webhook ${webhook} ${String(of(due))} were due and ${String(of(taken))} were taken.`,
      );
    }
  }
}

async function finish(
  ground: Ground,
  states: life.NodeState[],
  choices: Choices,
  isSuccess: boolean,
): Promise<boolean> {
  return await onJobs(ground, states, true, choices, async (number, node) => {
    ground.world = life.finish(ground.world, node, number, isSuccess);
    const isAlive = await ground.hand(node).finish(number, isSuccess ? 200 : 500);
    if (isAlive === (ground.world.nodes[node]?.state === 'gone')) {
      throw new Error(`Node ${node} was told that it is ${isAlive ? 'alive' : 'gone'}.`);
    }
  });
}

/** One job or some, of those that such nodes have in their hands. */
async function onJobs(
  ground: Ground,
  states: life.NodeState[],
  isUnderWay: boolean,
  { a, b }: Choices,
  act: (number: number, node: number) => Promise<void>,
): Promise<boolean> {
  const jobs = ground
    .nodes(...states)
    .flatMap((node) =>
      [...ground.hand(node).held]
        .filter(([, { underWay }]) => (underWay !== undefined) === isUnderWay)
        .map(([number]) => ({ number, node })),
    );
  if (jobs.length === 0) return false;
  const first = a % jobs.length;
  for (const { number, node } of jobs.slice(first, first + 1 + (b % 4))) await act(number, node);
  return true;
}

async function expire(ground: Ground, node: number): Promise<void> {
  ground.world = life.expire(ground.world, node);
  await endLease(ground.database, ground.hand(node).id);
}

async function takeOver(ground: Ground): Promise<boolean> {
  // The others' hearts beat.
  for (const [node, { leaseIsOver }] of ground.world.nodes.entries()) {
    if (leaseIsOver) continue;
    await renewLease(ground.database.control, ground.hand(node).id, LEASE_SECONDS);
  }
  const over = await ground.statements.takeOverOne(ground.database.general);
  const expected = ground
    .nodes('alive', 'leaving')
    .filter((node) => ground.world.nodes[node]?.leaseIsOver);
  if (over === null) {
    if (expected.length > 0) throw new Error('A lease that is over was not found.');
    return false;
  }
  const node = ground.hands.findIndex(({ id }) => id === over.nodeId);
  if (!expected.includes(node)) throw new Error(`Node ${node} was taken over in its lease.`);
  ground.world = life.takeOver(ground.world, node);
  return true;
}
