import { createHmac } from 'node:crypto';
import { SUBSCRIBABLE_EVENT_TYPES } from '@sydx/contract';
import type { INode, INodeExecutionData, INodeTypes } from 'n8n-workflow';
import { afterAll, expect, test } from 'vitest';
import { readDocument } from '../../../packages/server/test/docs/blocks.ts';
import { useOwnHome } from './kit/folder.ts';

const home = useOwnHome();
afterAll(() => home.clear());

const GUIDE = 'docs/admins/n8n.md';
const README = 'integrations/n8n-nodes-sydx/README.md';
const SECRET = `whsec_${'0f'.repeat(32)}`;
const delivered = {
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'acme',
  data: { contact: '919876543210', name: 'Grüße 👋', body: 'Hello', type: 'text' },
};
const body = JSON.stringify(delivered);
const signature = createHmac('sha256', SECRET).update(body).digest('hex');

/** The guide's expressions in one of its two chapters, in their order. */
function expressions(from: string, to: string): string[] {
  const [, chapter = ''] = readDocument(GUIDE).split(from);
  const found = [...(chapter.split(to)[0] ?? '').matchAll(/`(\{\{.+?\}\})`/g)];
  return found.map(([, expression = '']) => expression);
}

/** What n8n makes of them, with this item as the Webhook node's output. */
async function evaluate(texts: string[], json: INodeExecutionData['json']): Promise<unknown[]> {
  const { createRunExecutionData, Workflow } = await import('n8n-workflow');
  const nodes: INode[] = ['Webhook', 'Next'].map((name, at) => ({
    id: String(at),
    name,
    type: 'n8n-nodes-base.noOp',
    typeVersion: 1,
    position: [at * 100, 0],
    parameters: {},
  }));
  const nodeType = { description: { properties: [], outputs: ['main'], inputs: ['main'] } };
  const nodeTypes = {
    getByName: () => nodeType,
    getByNameAndVersion: () => nodeType,
    getKnownTypes: () => ({}),
  } as unknown as INodeTypes;
  const connections = {
    Webhook: { main: [[{ node: 'Next', type: 'main' as const, index: 0 }]] },
  };
  const workflow = new Workflow({ nodes, connections, active: false, nodeTypes });
  const items = [{ json, pairedItem: { item: 0 } }];
  const task = {
    startTime: 0,
    executionTime: 0,
    executionIndex: 0,
    source: [],
    data: { main: [items] },
  };
  const run = createRunExecutionData({ resultData: { runData: { Webhook: [task] } } });
  const source = { main: [{ previousNode: 'Webhook' }] };
  const executeData = { node: nodes[1]!, data: { main: [items] }, source };
  return texts.map((text) =>
    workflow.expression.getParameterValue(
      `=${text}`,
      run,
      0,
      0,
      'Next',
      items,
      'manual',
      {},
      executeData,
    ),
  );
}

test("the guide's expressions for the Webhook node give what it says", async () => {
  const json = { body: delivered, headers: { 'x-sydx-signature': signature } };
  const texts = expressions('## With the Webhook node', '\0');
  const [type, contact, message, header, again, value, compared] = await evaluate(texts, json);
  expect([type, contact, message]).toEqual(['message.received', '919876543210', 'Hello']);
  expect([header, again, compared]).toEqual([signature, 'message.received', signature]);
  // What the guide's Crypto node does: HMAC, SHA256, HEX, with the whole secret.
  expect(createHmac('sha256', SECRET).update(String(value)).digest('hex')).toBe(signature);
});

test("the guide's expressions for our node give what it says", async () => {
  const json = { ...delivered, eventId: 'evt_1', deliveryId: 'dlv_1', attempt: 1 };
  const texts = expressions('## With the Sydx AI Trigger', '\n## ');
  expect(await evaluate(texts, json)).toEqual(['message.received', '919876543210', 'evt_1']);
});

test('the README shows an item as the node gives it, and no command that is not there', () => {
  const readme = readDocument(README);
  const [, item = ''] = /```json\n(.*?)```/s.exec(readme) ?? [];
  const shown = JSON.parse(item) as { event: string };
  expect(SUBSCRIBABLE_EVENT_TYPES).toContain(shown.event);
  expect(Object.keys(shown).join(' ')).toBe(
    'event timestamp tenantId data eventId deliveryId attempt',
  );
  const { scripts, version } = JSON.parse(
    readDocument('integrations/n8n-nodes-sydx/package.json'),
  ) as { scripts: Record<string, string>; version: string };
  for (const [, name = ''] of readme.matchAll(/npm run (\w+)/g))
    expect(scripts).toHaveProperty(name);
  expect(readme).toContain(`n8n-nodes-sydx-${version}.tgz`);
});
