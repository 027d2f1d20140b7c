import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import { eventually, makeTenant, startTestEngine, type TestEngine } from '../kit/engine.ts';
import { killRelayProcesses, type RelayProcess, startRelayProcess } from './relay-process.ts';
import { acceptedBodies, type Crm, crmIn, startCrm } from './world.ts';
import { outOfOrder, write } from './writers.ts';

const TENANTS = ['acme', 'beta', 'gamma'];
/** How often the relay's process is killed; more for a long run. */
const KILLS = Number(process.env['OUTBOX_KILLS'] ?? 4);
const WRITERS = 6;

afterAll(killRelayProcesses);

for (const place of ['own', 'crm'] as const) {
  describe(place === 'own' ? 'a CRM in our own database' : 'a CRM with its own database', () => {
    let database: TestDatabase;
    let crm: Crm;
    let node: TestEngine;
    const tenantNos = new Map<string, number>();

    beforeAll(async () => {
      database = await createDatabase();
      crm = place === 'own' ? await crmIn(database) : await startCrm();
      // Looks and counts; it relays nothing.
      node = await startTestEngine(database.url, { role: 'api' });
      for (const id of TENANTS) tenantNos.set(id, await makeTenant(node.database, id));
    });
    afterAll(async () => {
      await killRelayProcesses();
      await node.stop();
      await crm.close();
      await database.drop();
    });

    const start = () => startRelayProcess(database.url, place === 'own' ? null : crm.url);

    it('kill -9 of the relay at any moment: what was committed is accepted once, in order, and nothing else', async () => {
      const dice = throwDice();
      console.info(`SEED=${dice.seed}`);
      const nodes: RelayProcess[] = [await start(), await start()];
      const writing = new AbortController();
      const killing = (async () => {
        for (let kill = 0; kill < KILLS || !writing.signal.aborted; kill += 1) {
          await sleep(dice.between(300, 2_500));
          // Either may be the one that relays.
          const at = dice.between(0, 1);
          await nodes[at]?.kill();
          nodes[at] = await start();
        }
      })();
      const order = { tenants: TENANTS, writers: WRITERS, transactions: 25 * KILLS };
      const ledger = await write(crm, dice, order);
      writing.abort();
      await killing;
      await eventually('all is relayed', async () => (await crm.waiting()) === 0, 60_000);

      const accepted: string[] = [];
      for (const tenant of TENANTS) {
        const bodies = await acceptedBodies(node, tenantNos.get(tenant) ?? 0);
        const names = bodies.map(({ data }) => String(data['name']));
        expect(names.filter((name) => ledger.committed.get(name)?.tenant !== tenant)).toEqual([]);
        expect(outOfOrder(ledger, names)).toEqual([]);
        accepted.push(...names);
      }
      expect(accepted.filter((name) => ledger.rolledBack.has(name))).toEqual([]);
      expect(accepted.length).toBe(ledger.committed.size);
      expect(new Set(accepted)).toEqual(new Set(ledger.committed.keys()));
      expect(ledger.rolledBack.size).toBeGreaterThan(0);
      for (const each of nodes) expect(await each.stop()).toBe(0);
    }, 240_000);

    it('a relay that was frozen past its lease and wakes publishes nothing again', async () => {
      const first = await start();
      await crm.publish('acme', 'lead.captured', { name: 'before', source: 'web_form' });
      await eventually('it relays', async () => (await crm.waiting()) === 0, 30_000);
      first.pause();
      const second = await start();
      const names = Array.from({ length: 50 }, (_, n) => `frozen-${n}`);
      for (const name of names) {
        await crm.publish('acme', 'lead.captured', { name, source: 'web_form' });
      }
      await eventually('the other takes over', async () => (await crm.waiting()) === 0, 30_000);
      first.resume();
      await crm.publish('acme', 'lead.captured', { name: 'after', source: 'web_form' });
      await eventually('it goes on', async () => (await crm.waiting()) === 0, 30_000);
      await sleep(1_000);
      const bodies = await acceptedBodies(node, tenantNos.get('acme') ?? 0);
      const seen = bodies.map(({ data }) => String(data['name']));
      expect(seen.filter((name) => name.startsWith('frozen'))).toEqual(names);
      expect(seen.filter((name) => name === 'after')).toHaveLength(1);
      await first.stop();
      await second.stop();
    }, 120_000);
  });
}
