import { type Ground, TYPES } from './ground.ts';
import { ADMIN_MOVES, create } from './moves-of-admins.ts';
import { NODE_MOVES } from './moves-of-nodes.ts';
import type { Kind, Move, Step } from './steps.ts';

const MOVES: Record<Kind, Move> = { ...NODE_MOVES, ...ADMIN_MOVES };

/** Where every sequence begins: two tenants with webhooks, and two nodes. */
export async function setUp(ground: Ground): Promise<void> {
  await create(ground, 0, [TYPES[0]]);
  await create(ground, 0, TYPES);
  await create(ground, 1, TYPES);
  await ground.startNode();
  await ground.startNode();
}

/** @returns false when the move could not be made */
export async function play(ground: Ground, { kind, ...choices }: Step): Promise<boolean> {
  return await MOVES[kind](ground, choices);
}

/**
 * Lets everything come to its end: all nodes die, a last one delivers what is left.
 *
 * @param check is called after each move
 * @throws Error when something is left, or the counts do not add up
 */
export async function settle(ground: Ground, check: () => Promise<void>): Promise<void> {
  const make = async (kind: Kind, b = 2): Promise<boolean> => {
    const isMade = await play(ground, { kind, a: 0, b, c: 0 });
    if (isMade) await check();
    return isMade;
  };
  while (await make('let a lease run out')) await make('take over');
  await ground.startNode();
  while (!isOver(ground)) {
    await make('let retries become due');
    await make('feed a replay');
    await make('claim');
    while (await make('begin', 3));
    while (await make('succeed', 3));
  }
  const { fanOut, redelivered, tested } = ground.answered;
  const replayed = ground.world.replays.reduce((sum, replay) => sum + replay.replayed, 0);
  const accepted = fanOut + redelivered + replayed + tested;
  const ended = ground.ids.deliveries.length;
  if (ended !== accepted) throw new Error(`${accepted} were accepted and ${ended} ended.`);
  const { rows } = await ground.database.general.query('select from sydx.inflight');
  if (rows.length > 0) throw new Error(`${rows.length} groups are left of deliveries that ended.`);
}

function isOver({ world }: Ground): boolean {
  const isRunning = world.replays.some(({ state }) => state === 'running');
  return !isRunning && world.deliveries.every(({ place }) => place.at === 'log');
}
