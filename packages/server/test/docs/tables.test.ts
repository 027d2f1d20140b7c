import { ATTEMPT_ERRORS, EVENTS, PROBLEMS, SCOPES, SUBSCRIBABLE_EVENT_TYPES } from '@sydx/contract';
import { describe, expect, test } from 'vitest';
import { everyMetric } from '../kit/every-metric.ts';
import { loadSettings } from '../../src/base/settings.ts';
import { ROOMS } from '../../../../scripts/lint/layers.ts';
import { codeRows, codesIn, readDocument } from './blocks.ts';

/** The text under one heading. */
function section(file: string, heading: string): string {
  const text = readDocument(file).split(`\n## ${heading}\n`)[1];
  if (text === undefined) throw new Error(`${file} has no heading ${heading}.`);
  return text.split('\n## ')[0] ?? '';
}

/** The codes in the first cell of each row. */
function firstCodes(text: string): string[] {
  return codeRows(text).flatMap(([first = '']) => codesIn(first));
}

describe('docs/operators/settings.md', () => {
  const rows = codeRows(readDocument('docs/operators/settings.md'));
  const documented = rows.map(([name = '', value = '']) => [name.replaceAll('`', ''), value]);

  test('names every setting that is read, and no other', () => {
    const read = new Set<string>();
    const watched = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_target, name) => {
          read.add(String(name));
          return undefined;
        },
      },
    );
    loadSettings(watched);
    expect(new Set(documented.map(([name]) => name))).toEqual(read);
    expect(documented).toHaveLength(read.size);
  });

  test.each(documented.filter(([, value]) => value !== 'none'))(
    '%s has the default %s',
    (name = '', value = '') => {
      const given = loadSettings({ [name]: value.replaceAll('`', '') });
      const { dataDirGiven: _given, ...chosen } = given;
      const { dataDirGiven: _default, ...byDefault } = loadSettings({});
      expect(chosen).toEqual(byDefault);
    },
  );
});

test('docs/operators/metrics.md has every metric with its kind and labels', async () => {
  const shown = everyMetric()
    .map((metric) => {
      const { name, labelNames = [] } = metric as unknown as {
        name: string;
        labelNames?: string[];
      };
      const kind = metric.constructor.name.toLowerCase();
      return [`\`${name}\``, kind, labelNames.map((label) => `\`${label}\``).join(', ')];
    })
    .filter(([name]) => name?.startsWith('`sydx_'));
  const rows = codeRows(section0('docs/operators/metrics.md')).map(([name, kind, labels]) => [
    name,
    kind,
    labels,
  ]);
  expect(new Set(rows)).toEqual(new Set(shown));
});

/** What stands before the first heading of the second level. */
function section0(file: string): string {
  return readDocument(file).split('\n## ')[0] ?? '';
}

test('docs/admins/webhooks.md explains every code of the attempt errors', () => {
  const codes = firstCodes(section('docs/admins/webhooks.md', 'When nothing arrives'));
  expect(codes.toSorted()).toEqual(Object.keys(ATTEMPT_ERRORS).toSorted());
});

test('docs/admins/webhooks.md and docs/engineers/publish.md have every event type', () => {
  const created = firstCodes(section('docs/admins/webhooks.md', 'Create'));
  expect(created).toEqual([...SUBSCRIBABLE_EVENT_TYPES]);
  const published = firstCodes(section('docs/engineers/publish.md', 'Event types'));
  expect(published).toEqual([...SUBSCRIBABLE_EVENT_TYPES]);
});

test.each(SUBSCRIBABLE_EVENT_TYPES)('docs/engineers/publish.md has the data of %s', (type) => {
  const rows = codeRows(section('docs/engineers/publish.md', 'Event types'));
  const [, data = ''] = rows.find(([first]) => first === `\`${type}\``) ?? [];
  const optional = new Set([...data.matchAll(/`(\w+)`\?/g)].map(([, name]) => name));
  const { shape } = EVENTS[type].data as unknown as {
    shape: Record<string, { safeParse: (value: unknown) => { success: boolean } }>;
  };
  for (const [name, schema] of Object.entries(shape)) {
    // Told once, below the table, for all that have it.
    if (name === 'userId') continue;
    expect(data).toContain(`\`${name}\``);
    expect([name, optional.has(name)]).toEqual([name, schema.safeParse(undefined).success]);
  }
});

test('docs/engineers/publish.md names only codes that there are', () => {
  const codes = firstCodes(section('docs/engineers/publish.md', 'What is refused'));
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
});

test('docs/engineers/api.md has every scope', () => {
  expect(firstCodes(section('docs/engineers/api.md', 'Keys and scopes'))).toEqual([...SCOPES]);
});

test('docs/architecture.md has every room', () => {
  const rooms = firstCodes(section('docs/architecture.md', 'Rooms')).map((name) =>
    name.replace(/\.ts$/, ''),
  );
  // The shapes that app.ts fills stand within the engine; bench, chaos and fuzz are no part of the
  // product; the dashboard has layers of its own.
  const apart = /^(ports|bench|chaos|fuzz|dashboard\/.*)$/;
  const known = Object.keys(ROOMS).filter((room) => !apart.test(room));
  expect(rooms.toSorted()).toEqual(known.toSorted());
});
