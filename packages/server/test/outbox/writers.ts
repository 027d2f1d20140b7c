import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../kit/dice.ts';
import { type Crm, publishOn } from './world.ts';

/** One event of a transaction that committed. */
interface Written {
  readonly tenant: string;
  /** Just before sydx.publish was called, and just after the commit was confirmed; milliseconds. */
  readonly calledMs: number;
  readonly committedMs: number;
}

export interface Ledger {
  /** By the name that stands in data. */
  readonly committed: Map<string, Written>;
  readonly rolledBack: Set<string>;
}

/**
 * Many producers that publish in transactions of their own, with pauses and rollbacks as the dice fall:
 * numbers are taken in one order and committed in another.
 */
export async function write(
  crm: Crm,
  dice: Dice,
  order: { tenants: readonly string[]; writers: number; transactions: number },
): Promise<Ledger> {
  const ledger: Ledger = { committed: new Map(), rolledBack: new Set() };
  const transact = async (writer: number, n: number): Promise<void> => {
    const client = await crm.pool.connect();
    const written: [string, Omit<Written, 'committedMs'>][] = [];
    await client.query('begin');
    for (let event = dice.between(1, 4); event > 0; event -= 1) {
      const tenant = order.tenants[dice.between(0, order.tenants.length - 1)] ?? '';
      const name = `${writer}-${n}-${event}`;
      written.push([name, { tenant, calledMs: performance.now() }]);
      await publishOn(client, tenant, 'lead.captured', { name, source: 'web_form' });
      if (dice.between(1, 4) === 1) await sleep(dice.between(0, 60));
    }
    const commits = dice.between(1, 5) > 1;
    await client.query(commits ? 'commit' : 'rollback');
    const committedMs = performance.now();
    client.release();
    for (const [name, event] of written) {
      if (commits) ledger.committed.set(name, { ...event, committedMs });
      else ledger.rolledBack.add(name);
    }
  };
  const produce = async (writer: number): Promise<void> => {
    for (let n = 0; n < order.transactions; n += 1) {
      await transact(writer, n);
      await sleep(dice.between(0, 40));
    }
  };
  await Promise.all(Array.from({ length: order.writers }, (_, writer) => produce(writer)));
  return ledger;
}

/**
 * What is promised of the order: an event whose transaction committed before another one's call of
 * sydx.publish was accepted first.
 *
 * @param names of one tenant's events in the order of acceptance
 * @returns pairs that stand the wrong way round
 */
export function outOfOrder(ledger: Ledger, names: readonly string[]): string[] {
  const wrong: string[] = [];
  let latest = { name: '', calledMs: Number.NEGATIVE_INFINITY };
  for (const name of names) {
    const event = ledger.committed.get(name);
    if (event === undefined) continue;
    if (event.committedMs < latest.calledMs) wrong.push(`${latest.name} before ${name}`);
    if (event.calledMs > latest.calledMs) latest = { name, calledMs: event.calledMs };
  }
  return wrong;
}
