import { afterAll, beforeAll, expect, it } from 'vitest';
import { SYSTEM } from '../../src/store/audit-log.ts';
import { changeEventType, createEventType } from '../../src/store/change-event-type.ts';
import { retryRejected } from '../../src/outbox/settle-rejected.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant } from '../kit/engine.ts';
import { acceptedBodies, type Crm, crmIn } from './world.ts';
import { type RelayingNode, startRelayingNode } from './relaying-node.ts';

let database: TestDatabase;
let node: RelayingNode;
let crm: Crm;
let tenantNo: number;

beforeAll(async () => {
  database = await createDatabase();
  crm = await crmIn(database);
  node = await startRelayingNode(database.url, null);
  tenantNo = await makeTenant(node.database, 'acme');
});
afterAll(async () => {
  await node.stop();
  await crm.close();
  await database.drop();
});

const drained = () => eventually('the outbox is empty', async () => (await crm.waiting()) === 0);
const rejected = async (): Promise<{ id: string; code: string; errors: unknown }[]> =>
  (
    await node.database.general.query<{ id: string; code: string; errors: unknown }>(
      'select id, code, errors from sydx.outbox_rejected order by id',
    )
  ).rows;

it('SQL publish: a registered type is judged by its schema; what fails is kept as rejected and accepted once it fits', async () => {
  await crm.publish('acme', 'order.paid', { orderId: 'ord_1' });
  await drained();
  expect(await rejected()).toMatchObject([
    { code: 'unknown_event_type', errors: [{ pointer: '/type' }] },
  ]);

  const content = { description: 'x', schema: { required: ['orderId'] }, sample: { orderId: 'a' } };
  const { general } = node.database;
  await createEventType(general, { tenantNo, type: 'order.paid', ...content }, 100, SYSTEM);
  // The relay reads types as of now: no node has to be told.
  await crm.publish('acme', 'order.paid', { orderId: 'ord_2' });
  await crm.publish('acme', 'order.paid', { other: 1 });
  await crm.publish('acme', 'lead.captured', { source: 'web_form' });
  await drained();
  const bodies = await acceptedBodies(node, tenantNo);
  expect(bodies.map(({ event, data }) => [event, data['orderId']])).toEqual([
    ['order.paid', 'ord_2'],
    ['lead.captured', undefined],
  ]);
  const [unknown, misfit] = await rejected();
  expect(misfit).toMatchObject({
    code: 'invalid_data',
    errors: [{ pointer: '/data/orderId', detail: 'is required' }],
  });

  const parts = { engine: node.engine, pool: general };
  expect(await retryRejected(parts, { tenant: 'acme', id: unknown!.id }, SYSTEM)).not.toBeNull();
  const retryMisfit = () => retryRejected(parts, { tenant: 'acme', id: misfit!.id }, SYSTEM);
  await expect(retryMisfit()).rejects.toMatchObject({ code: 'invalid_data' });
  const loosened = () => ({ ...content, schema: {} });
  await changeEventType(general, tenantNo, 'order.paid', loosened, SYSTEM);
  expect(await retryMisfit()).not.toBeNull();
  expect(await rejected()).toEqual([]);
});
