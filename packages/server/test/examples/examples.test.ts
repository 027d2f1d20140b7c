import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { blocksOf, codeRows, readDocument, ROOT } from '../docs/blocks.ts';
import { Shell } from '../docs/shell.ts';
import { setStage, type Stage } from './stage.ts';

const EXAMPLES = join(ROOT, 'examples');

/** The folder of an event type's example: `lead.captured` is `lead-captured`. */
const folderOf = (type: string) => type.replace('.', '-');

/** What each example must have told, beside what the catalogue requires. */
const TOLD: Readonly<Record<string, object>> = {
  'message.received': { contact: '919876543210', name: 'John Doe' },
  'message.sent': { body: 'Thank you, our team will call you today.', status: 'sent' },
  'contact.created': { waId: '919876543210' },
  'contact.updated': { changedFields: ['name', 'tags'], tags: ['vip', 'newsletter'] },
  'lead.captured': { phone: '919812345678', source: 'web_form', campaign: 'Diwali Offer' },
  'lead.assigned': { lead: { name: 'Priya Sharma' }, agent: { name: 'Rahul Verma' } },
  'campaign.sent': { name: 'Diwali Offer', recipientCount: 25 },
  'campaign.completed': { name: 'Diwali Offer', stats: { success: 3, failed: 1 } },
  'flow.completed': { flow: 'Appointment booking', session: { service: 'Demo' } },
};

// stage.arrived says what is missing after 30 s: let it.
vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

let seen = 0;

/** The events that arrived since this was asked before. */
async function newEvents(count: number) {
  const events = (await stage.arrived(seen + count)).slice(seen);
  seen += events.length;
  return events;
}

describe.each(PUBLISHABLE_EVENT_TYPES)('the example of %s', (type) => {
  const folder = folderOf(type);

  test('is a program that publishes it', async () => {
    const [program = ''] = globSync('*.ts', { cwd: join(EXAMPLES, folder) });
    const run = stage.machine.spawn(process.execPath, [join(EXAMPLES, folder, program)], stage.env);
    expect([await run.ended(), run.err()]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(run.out()).toMatch(/^evt_\w{13}\n/);
    // Each message of the campaign is an event, too.
    const events = await newEvents(type === 'campaign.sent' ? 26 : 1);
    const [event] = events.filter(({ event: its }) => its === type);
    expect(event).toMatchObject({ tenantId: stage.tenantId, data: TOLD[type] });
    expect(events.filter(({ event: its }) => its === 'message.sent')).toHaveLength(
      { 'campaign.sent': 25, 'message.sent': 1 }[type as string] ?? 0,
    );
  });

  test('has a curl line that publishes it', async () => {
    const blocks = blocksOf(`examples/${folder}/README.md`).filter(({ mark }) => mark === 'run');
    expect(blocks).toHaveLength(1);
    const shell = new Shell({ cwd: stage.machine.dir, env: stage.env });
    expect(JSON.parse(await shell.paste(blocks[0]?.code ?? ''))).toEqual({
      id: expect.stringMatching(/^evt_/),
    });
    expect(await newEvents(1)).toMatchObject([{ event: type }]);
  });
});

/** Receivers bring packages of their own. */
const INSTALLED = ['**/node_modules/**'];

test('the examples import what an outside program can', () => {
  const { dependencies } = JSON.parse(readFileSync(join(EXAMPLES, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const path of globSync('**/*.ts', { cwd: EXAMPLES, exclude: INSTALLED })) {
    const text = readFileSync(join(EXAMPLES, path), 'utf8');
    for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
      const isOwn = from.startsWith('./') || from.startsWith('node:');
      expect(isOwn || Object.hasOwn(dependencies, from), `${path} imports ${from}`).toBe(true);
    }
  }
});

test.each([
  ['docs/engineers/publish.md', 'Who publishes what', '../../examples/'],
  ['examples/README.md', 'Examples', ''],
])('%s has the example of every event type', (file, heading, path) => {
  const section = readDocument(file).split(new RegExp(`^#+ ${heading}$`, 'm'))[1] ?? '';
  const rows = codeRows(section.split('\n## ')[0] ?? '').map((cells) => cells.join(' '));
  const linked = PUBLISHABLE_EVENT_TYPES.filter((type) =>
    rows.some(
      (row) =>
        row.startsWith(`\`${type}\``) && row.includes(`(${path}${folderOf(type)}/README.md)`),
    ),
  );
  expect(linked).toEqual(PUBLISHABLE_EVENT_TYPES);
});
