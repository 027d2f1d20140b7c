import { readFileSync } from 'node:fs';
import zapier from 'zapier-platform-core';
import { expect, test } from 'vitest';
import { SUBSCRIBABLE_EVENT_TYPES } from '../../../packages/contract/src/index.ts';
import { eventTypesFile } from '../scripts/generate-event-types.ts';
import App from '../src/index.ts';

/** What Zapier runs an app with, which its types leave out. */
interface Runtime {
  createAppHandler(app: object): (event: object) => Promise<{ results: unknown }>;
}

test('is an app as Zapier’s own schema asks for it', async () => {
  const handler = (zapier as unknown as Runtime).createAppHandler(App);
  expect((await handler({ command: 'validate' })).results).toEqual([]);
});

test('carries the catalogue as it is; `npm run generate` makes it so', () => {
  const file = new URL('../src/event-types.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(eventTypesFile()));
});

test('has a trigger for each event type that a webhook may subscribe to, and one for several', () => {
  expect(Object.keys(App.triggers)).toEqual([
    ...SUBSCRIBABLE_EVENT_TYPES.map((type) => type.replaceAll('.', '_')),
    'any_event',
    'event_type_list',
  ]);
});

test('tells what a trigger is, and names its fields as people do', () => {
  expect(App.triggers['lead_captured']).toMatchObject({
    noun: 'Lead',
    display: {
      label: 'Lead Captured',
      description: 'Triggers when a lead is captured via Facebook Ad, web form, or chatbot flow.',
    },
  });
  const { operation } = App.triggers['campaign_completed'] ?? {};
  expect(operation?.outputFields).toContainEqual({
    key: 'data__stats__success',
    label: 'Stats Success',
    type: 'integer',
  });
});
