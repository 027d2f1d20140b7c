import { join } from 'node:path';
import pg from 'pg';
import { PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Product } from '../cli/product.ts';
import { ROOT } from '../docs/blocks.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';
import { setStage, type Stage } from './stage.ts';

const MAIN = join(ROOT, 'examples/tiny-crm/main.ts');

// stage.arrived says what is missing after 30 s: let it.
vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
let pool: pg.Pool;
let stage: Stage;
let crm: Product;
let url: string;
beforeAll(async () => {
  database = await createEmptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  stage = await setStage({ OUTBOX_DATABASE_URL: database.url });
  const install = stage.machine.run(['outbox', 'install', '--database-url', database.url]);
  expect([await install.ended(), install.err()]).toEqual([0, '']);
  crm = stage.machine.spawn(process.execPath, [MAIN], { ...stage.env, DATABASE_URL: database.url });
  [, url = ''] = await crm.said(/runs at (\S+)/);
});
afterAll(async () => {
  crm.child.kill('SIGTERM');
  await crm.ended();
  await stage.close();
  await pool.end();
  await database.drop();
});

/** Posts a form as a browser does. @returns the status */
async function post(path: string, fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(fields);
  return (await fetch(`${url}${path}`, { method: 'POST', body, redirect: 'manual' })).status;
}

const read = async () => (await fetch(url)).text();

let seen = 0;

/** What arrived since this was asked before: its type and data, in the order of the types. */
async function told(count: number): Promise<{ event: string; data: unknown }[]> {
  const events = (await stage.arrived(seen + count)).slice(seen);
  seen += events.length;
  return events
    .map(({ event, tenantId, data }) => {
      expect(tenantId).toBe(stage.tenantId);
      return { event, data };
    })
    .toSorted((a, b) => a.event.localeCompare(b.event));
}

describe('the tiny CRM tells', () => {
  test('a lead that is captured', async () => {
    const lead = { name: 'Priya <Sharma>', email: 'priya@example.com', campaign: 'Diwali Offer' };
    expect(await post('/leads', { ...lead, phone: '+91 98123 45678' })).toBe(303);
    expect(await told(1)).toEqual([
      {
        event: 'lead.captured',
        data: { ...lead, phone: '919812345678', source: 'web_form', leadId: 1 },
      },
    ]);
    expect(await read()).toContain('Priya &lt;Sharma&gt;');
  });

  test('a lead that is assigned', async () => {
    expect(await post('/leads/assign', { lead: '1', agent: '2' })).toBe(303);
    expect(await told(1)).toMatchObject([
      {
        event: 'lead.assigned',
        data: { lead: { id: 1, name: 'Priya <Sharma>' }, agent: { name: 'Anita Rao' } },
      },
    ]);
  });

  test('a message of somebody new, with the contact, and once of both when it is repeated', async () => {
    const message = { id: 'wamid.1', from: '+91 98765 43210', name: 'John Doe', body: 'Hello!' };
    expect(await post('/messages/receive', message)).toBe(303);
    expect(await post('/messages/receive', message)).toBe(303);
    expect(await told(2)).toEqual([
      {
        event: 'contact.created',
        data: { name: 'John Doe', waId: '919876543210', source: 'whatsapp' },
      },
      {
        event: 'message.received',
        data: expect.objectContaining({ contact: '919876543210', body: 'Hello!', type: 'text' }),
      },
    ]);
  });

  test('a contact that is edited, with its tags, and nothing when nothing changes', async () => {
    const edited = { contact: '919876543210', name: 'John Doe', tags: 'vip, newsletter' };
    expect(await post('/contacts/edit', edited)).toBe(303);
    expect(await post('/contacts/edit', edited)).toBe(303);
    expect(await told(1)).toEqual([
      {
        event: 'contact.updated',
        data: { contact: '919876543210', changedFields: ['tags'], tags: ['vip', 'newsletter'] },
      },
    ]);
  });

  test('a message that is sent, with its text', async () => {
    expect(await post('/messages/send', { contact: '919876543210', body: 'Thank you.' })).toBe(303);
    expect(await told(1)).toMatchObject([
      { event: 'message.sent', data: { body: 'Thank you.', status: 'sent' } },
    ]);
  });

  test('a campaign that goes out and is through', async () => {
    expect(await post('/messages/receive', { from: '123', name: 'Nobody', body: 'x' })).toBe(303);
    await told(2);
    expect(await post('/campaigns/send', { name: 'Diwali', text: 'Twenty off.' })).toBe(303);
    expect(await told(3)).toMatchObject([
      {
        event: 'campaign.completed',
        data: { name: 'Diwali', stats: { success: 1, failed: 1 } },
      },
      { event: 'campaign.sent', data: { name: 'Diwali', recipientCount: 2 } },
      { event: 'message.sent', data: { campaign: 'Diwali', body: 'Twenty off.' } },
    ]);
  });

  test('a flow that is completed', async () => {
    const fields = { contact: '919876543210', flow: 'Appointment booking', date: '2026-03-28' };
    expect(await post('/flows/complete', fields)).toBe(303);
    expect(await told(1)).toEqual([
      {
        event: 'flow.completed',
        data: {
          flow: 'Appointment booking',
          contact: '919876543210',
          session: { date: '2026-03-28' },
        },
      },
    ]);
  });

  test('every one of the nine', async () => {
    const types = (await stage.arrived(seen)).map(({ event }) => event);
    expect([...new Set(types)].toSorted()).toEqual([...PUBLISHABLE_EVENT_TYPES].toSorted());
  });
});

test('a transaction rolled back by the CRM leaves no event', async () => {
  expect(await post('/leads/assign', { lead: '1', agent: '99' })).toBe(500);
  const { rows } = await pool.query<{ agent_id: number }>('select agent_id from crm.leads');
  expect(rows).toEqual([{ agent_id: 2 }]);
  expect(await post('/leads/assign', { lead: '1', agent: '1' })).toBe(303);
  // The relay keeps the order: one before it would have arrived by now.
  expect(await told(1)).toMatchObject([{ data: { agent: { name: 'Rahul Verma' } } }]);
});

test('it stops in order, and without an outbox it says what to do', async () => {
  const alone = stage.machine.spawn(process.execPath, [MAIN], {
    ...stage.env,
    DATABASE_URL: database.url,
  });
  await alone.said(/runs at/);
  alone.child.kill('SIGTERM');
  expect(await alone.ended()).toBe(0);
  const empty = await createEmptyDatabase();
  const without = stage.machine.spawn(process.execPath, [MAIN], {
    ...stage.env,
    DATABASE_URL: empty.url,
  });
  expect(await without.ended()).toBe(1);
  expect(without.err()).toContain('npx sydx outbox install');
  await empty.drop();
});
