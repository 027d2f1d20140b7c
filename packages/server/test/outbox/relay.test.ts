import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant, makeWebhook } from '../kit/engine.ts';
import { startReceiver } from '../kit/receivers.ts';
import { acceptedBodies, type Crm, crmIn, publishOn, startCrm } from './world.ts';
import { type RelayingNode, startRelayingNode } from './relaying-node.ts';

const TENANT = 'acme';
const LEAD = { name: 'Priya', source: 'web_form' };

for (const place of ['own', 'crm'] as const) {
  describe(place === 'own' ? 'a CRM in our own database' : 'a CRM with its own database', () => {
    let database: TestDatabase;
    let node: RelayingNode;
    let crm: Crm;
    let tenantNo: number;

    beforeAll(async () => {
      database = await createDatabase();
      crm = place === 'own' ? await crmIn(database) : await startCrm();
      node = await startRelayingNode(database.url, place === 'own' ? null : crm.url);
      tenantNo = await makeTenant(node.database, TENANT);
    });
    afterAll(async () => {
      await node.stop();
      await crm.close();
      await database.drop();
    });
    afterEach(async () => {
      await node.database.general.query('truncate sydx.events, sydx.outbox_rejected');
    });

    const drained = () =>
      eventually('the outbox is empty', async () => (await crm.waiting()) === 0);
    const rejected = async () => {
      const { rows } = await node.database.general.query(
        'select number, code, detail, errors from sydx.outbox_rejected order by id',
      );
      return rows;
    };

    it('a transaction rolled back by the producer leaves no event (SQL publish)', async () => {
      const client = await crm.pool.connect();
      await client.query('begin');
      await publishOn(client, TENANT, 'lead.captured', LEAD);
      await client.query('rollback');
      await client.query('begin');
      await publishOn(client, TENANT, 'lead.captured', { ...LEAD, name: 'kept' });
      await client.query('savepoint s');
      await publishOn(client, TENANT, 'lead.captured', LEAD);
      await client.query('rollback to savepoint s');
      await client.query('commit');
      client.release();
      await drained();
      expect((await acceptedBodies(node, tenantNo)).map(({ data }) => data['name'])).toEqual([
        'kept',
      ]);
    });

    it('is delivered exactly as published once it commits', async () => {
      const receiver = await startReceiver();
      const url = `${receiver.origin}/hook`;
      await makeWebhook(node, { tenantNo, url, events: ['flow.completed'] });
      const data =
        '{"session":{"10":1,"9":[1e2,"\\u00e9"]}, "contact":"919876543210","z":1.50,"flow":"é"}';
      await crm.publish(TENANT, 'flow.completed', data);
      await eventually('the delivery arrives', () => receiver.requests.length === 1);
      const body = receiver.requests[0]?.body.toString() ?? '';
      expect(JSON.stringify(JSON.parse(body))).toBe(body);
      expect(body).toContain(`"data":${JSON.stringify(JSON.parse(data))}}`);
      await drained();
      await receiver.close();
    });

    it('has the time of the call, or the one that the producer gives', async () => {
      const { rows } = await crm.pool.query<{ now: Date }>('select clock_timestamp() as now');
      await crm.publish(TENANT, 'lead.captured', LEAD);
      await crm.pool.query(
        `select sydx.publish($1, 'lead.captured', $2, happened_at => '2026-03-25T08:22:50.254Z')`,
        [TENANT, JSON.stringify(LEAD)],
      );
      await drained();
      const [first, second] = await acceptedBodies(node, tenantNo);
      expect(Date.parse(first?.timestamp ?? '')).toBeGreaterThanOrEqual(
        rows[0]?.now.getTime() ?? 0,
      );
      expect(second?.timestamp).toBe('2026-03-25T08:22:50.254Z');
    });

    it('what the function cannot check and fails later is kept as rejected, and never blocks the relay', async () => {
      await node.database.general.query(
        `insert into sydx.tenants (id, name, plan) values ('basic', 'Basic', 'basic') on conflict do nothing`,
      );
      const key = { name: 'campaign', recipientCount: 1 };
      const bad: [string, string, string | object, string?][] = [
        ['nobody', 'lead.captured', LEAD],
        ['basic', 'lead.captured', LEAD],
        [TENANT, 'lead.lost', LEAD],
        [TENANT, 'test.ping', { message: 'x' }],
        [TENANT, 'campaign.sent', { name: 'x' }],
        [TENANT, 'lead.captured', '{"source":"web_form","id":12345678901234567890}'],
        [TENANT, 'lead.captured', '{"source":"web_form","__proto__":1}'],
        [TENANT, 'lead.captured', '{"source":"web_form","a":"\\ud800"}'],
        [TENANT, 'lead.captured', `{"source":"web_form","a":${'['.repeat(70)}${']'.repeat(70)}}`],
        [TENANT, 'lead.captured', `{"source":"web_form","a":[${'1e20,'.repeat(18_000)}1]}`],
        [TENANT, 'campaign.sent', key, 'same'],
        [TENANT, 'campaign.sent', { ...key, recipientCount: 2 }, 'same'],
      ];
      const client = await crm.pool.connect();
      await client.query('begin');
      const numbers: string[] = [];
      for (const given of bad) numbers.push(await publishOn(client, ...given));
      await publishOn(client, TENANT, 'lead.captured', { ...LEAD, name: 'good' });
      await client.query('commit');
      client.release();
      await drained();
      const seen = new Map((await rejected()).map((row) => [row.number, row.code]));
      expect(numbers.map((number) => seen.get(number))).toEqual([
        'not_found',
        'plan_required',
        'unknown_event_type',
        'unknown_event_type',
        'invalid_data',
        'number_not_exact',
        'unsafe_key',
        'invalid_unicode',
        'too_deep',
        'delivered_body_too_large',
        undefined,
        'idempotency_conflict',
      ]);
      const names = (await acceptedBodies(node, tenantNo)).map(({ data }) => data['name']);
      expect(names).toEqual(['campaign', 'good']);
      const inexact = (await rejected()).find(({ code }) => code === 'number_not_exact');
      expect(inexact.errors).toEqual([
        { pointer: '/data/id', detail: expect.stringContaining('Send it as a string') },
      ]);
      expect(await node.metrics.registry.metrics()).toContain(
        'sydx_outbox_rejected_total{code="number_not_exact"} 1',
      );
    });

    it('a row that PostgreSQL itself refuses is rejected alone', async () => {
      await node.database.general.query(
        `alter table sydx.contacts add constraint broken check (name <> 'poison')`,
      );
      const client = await crm.pool.connect();
      await client.query('begin');
      const contact = (name: string) => ({
        name,
        waId: `1555${name.length}${name.charCodeAt(0)}`,
        source: 'crm',
      });
      await publishOn(client, TENANT, 'contact.created', contact('one'));
      const number = await publishOn(client, TENANT, 'contact.created', contact('poison'));
      await publishOn(client, TENANT, 'contact.created', contact('two'));
      await client.query('commit');
      client.release();
      await drained();
      await node.database.general.query('alter table sydx.contacts drop constraint broken');
      expect(await rejected()).toMatchObject([{ number, code: 'internal_error' }]);
      const names = (await acceptedBodies(node, tenantNo)).map(({ data }) => data['name']);
      expect(names).toEqual(['one', 'two']);
    });

    it('the same key with the same content is one event, by SQL, by API and within a transaction', async () => {
      const client = await crm.pool.connect();
      await client.query('begin');
      await publishOn(client, TENANT, 'lead.captured', LEAD, 'lead-7');
      await publishOn(client, TENANT, 'lead.captured', LEAD, 'lead-7');
      await client.query('commit');
      client.release();
      await drained();
      await crm.publish(TENANT, 'lead.captured', LEAD, 'lead-7');
      await drained();
      expect(await acceptedBodies(node, tenantNo)).toHaveLength(1);
      expect(await rejected()).toEqual([]);
    });

    it('in the order of the calls within a tenant, whatever commits late', async () => {
      const late = await crm.pool.connect();
      await late.query('begin');
      await publishOn(late, TENANT, 'lead.captured', { ...LEAD, name: 'late' });
      for (let n = 0; n < 20; n += 1) {
        await crm.publish(TENANT, 'lead.captured', { ...LEAD, name: `n${n}` });
      }
      await eventually('the others are relayed', async () => {
        return (await acceptedBodies(node, tenantNo)).length === 20;
      });
      await late.query('commit');
      late.release();
      await drained();
      const names = (await acceptedBodies(node, tenantNo)).map(({ data }) => data['name']);
      expect(names).toEqual([...Array.from({ length: 20 }, (_, n) => `n${n}`), 'late']);
    });

    it('one tenant publishes 10,000 events at once: another tenant takes its turn', async () => {
      const other = await makeTenant(node.database, `other-${place}`);
      await crm.pool.query(
        `select sydx.publish($1, 'lead.captured', $2) from generate_series(1, 10000)`,
        [TENANT, JSON.stringify(LEAD)],
      );
      await crm.publish(`other-${place}`, 'lead.captured', LEAD);
      await eventually('the other one is accepted', async () => {
        return (await acceptedBodies(node, other)).length === 1;
      });
      expect(await crm.waiting()).toBeGreaterThan(0);
      await eventually('all are relayed', async () => (await crm.waiting()) === 0, 60_000);
      expect(await acceptedBodies(node, tenantNo)).toHaveLength(10_000);
    });

    it('a transaction left open for long does not make reading slower and slower', async () => {
      const reader = await crm.pool.connect();
      await reader.query('begin isolation level repeatable read');
      await reader.query('select count(*) from sydx.outbox');
      await crm.pool.query(
        `select sydx.publish($1, 'lead.captured', $2) from generate_series(1, 5000)`,
        [TENANT, JSON.stringify(LEAD)],
      );
      await eventually('all are relayed', async () => (await crm.waiting()) === 0, 60_000);
      const bound = async () => {
        const { rows } = await crm.pool.query<{ reads: string }>(
          `select idx_tup_read as reads from pg_stat_user_indexes where indexrelname = 'outbox_pkey'`,
        );
        return Number(rows[0]?.reads);
      };
      // A read a second goes without a floor; the ten to fifty others of a second look at nothing.
      let before = await bound();
      await eventually(
        'reads pass by what was deleted',
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          const now = await bound();
          const seen = now - before;
          before = now;
          return seen < 5 * 5_000;
        },
        20_000,
      );
      await reader.query('commit');
      reader.release();
    });
  });
}
