import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world/world.ts';
import type { ChaosNode } from '../world/node.ts';
import type { History } from './history.ts';
import type { NodeFault, Planned } from './kinds.ts';

export interface Inflicted {
  readonly world: World;
  readonly history: History;
  /** SIGTERM must end a node within this. */
  readonly stopLimitMs: number;
  readonly tell: (sentence: string) => void;
}

/** What is not itself again by then will never be, whatever else went wrong meanwhile. */
const RECOVERY_LIMIT_MS = 240_000;

/** Carries out one planned thing from its beginning until what it hit is itself again. */
export async function inflict(planned: Planned, parts: Inflicted): Promise<void> {
  const { history, tell } = parts;
  tell(`${planned.kind}: ${planned.target}, ${(planned.lengthMs / 1_000).toFixed(1)} s`);
  if (planned.on === 'admin') {
    await parts.world.act(planned, history);
    return;
  }
  const happened = history.begin(planned);
  const mend = await begin(planned, parts);
  await sleep(planned.lengthMs);
  await mend();
  happened.endedMs = Date.now();
  await recovered(planned, parts.world);
  happened.recoveredMs = Date.now();
}

type Mend = () => Promise<void> | void;

async function begin(
  planned: Exclude<Planned, { on: 'admin' }>,
  { world, history, stopLimitMs }: Inflicted,
): Promise<Mend> {
  const { receivers, postgres } = world;
  switch (planned.on) {
    case 'postgres':
      await postgres.stop(planned.kind === 'PostgreSQL stopped fast' ? 'fast' : 'immediate');
      return () => postgres.start();
    case 'receiver': {
      const { target: name, mood } = planned;
      await receivers.ask('setMood', { name, mood });
      return () => receivers.ask('setMood', { name, mood: 'well' });
    }
    case 'node': {
      const node = world.node(planned.target);
      if (planned.kind === 'node terminated') {
        await terminate(node, history, stopLimitMs);
        return () => node.start();
      }
      return await hit(planned.kind, node, world);
    }
    default:
      throw new Error('There is no such fault.');
  }
}

async function hit(
  kind: Exclude<NodeFault, 'node terminated'>,
  node: ChaosNode,
  { receivers }: World,
): Promise<Mend> {
  const { address: from } = node.options;
  switch (kind) {
    case 'node killed':
      await node.kill();
      return () => node.start();
    case 'node frozen':
      node.freeze();
      return () => node.thaw();
    case 'node cut from PostgreSQL, reset':
      node.link.cut();
      return () => node.link.mend();
    case 'node cut from PostgreSQL, silent':
      node.link.vanish(false);
      // What was connected before stays silent for good, as after a failover.
      return () => node.link.vanish(true);
    case 'node cut from receivers, reset':
      await receivers.ask('cut', { from, how: 'reset' });
      return () => receivers.ask('cut', { from, how: null });
    case 'node cut from receivers, silent':
      await receivers.ask('cut', { from, how: 'silent' });
      return () => receivers.ask('cut', { from, how: null });
    default:
      throw new Error('There is no such fault.');
  }
}

/** What a rolling restart does. A node that has not come up yet is let come up first. */
async function terminate(node: ChaosNode, history: History, limitMs: number): Promise<void> {
  await Promise.race([node.ready(), sleep(10_000, undefined, { ref: false })]);
  const wasReady = node.url !== null;
  const ended = await node.terminate();
  if (ended === null || !wasReady) return;
  history.stopsMs.push(ended.tookMs);
  const took = `${(ended.tookMs / 1_000).toFixed(1)} s`;
  if (ended.code !== 0) {
    history.surprises.push(`${node.name} ended with ${ended.code} on SIGTERM, after ${took}`);
  } else if (ended.tookMs > limitMs) {
    history.surprises.push(`${node.name} needed ${took} to end on SIGTERM`);
  }
}

async function recovered(planned: Planned, world: World): Promise<void> {
  if (planned.on === 'node') await world.node(planned.target).ready(RECOVERY_LIMIT_MS);
  // Whichever node comes first: the others may have troubles of their own.
  if (planned.on === 'postgres')
    await Promise.race(world.nodes.map((node) => node.ready(RECOVERY_LIMIT_MS)));
}
