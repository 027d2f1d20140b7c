import { EVENTS, PUBLISHABLE_EVENT_TYPES, type WebhookFilter } from '@sydx/contract';
import { describe, expect, test } from 'vitest';
import {
  asRows,
  COMPARISONS,
  draftOf,
  emptyRow,
  type FilterDraft,
  readDraft,
  type Row,
} from '../../src/pages/webhooks/filter/filter-draft.ts';
import { askedValues, filterInWords } from '../../src/pages/webhooks/filter/filter-words.ts';
import { knownFields } from '../../src/pages/webhooks/filter/known-fields.ts';

const IN_ROWS: WebhookFilter = {
  any: [
    { field: 'source', equals: 'facebook_ad' },
    { field: 'source', in: ['web_form', 'chatbot_flow'] },
    { field: 'phone', prefix: '91' },
    { field: 'email', exists: true },
    { field: 'name', exists: false },
    { field: 'score', equals: 4.5 },
    { field: 'score', gt: 1 },
    { field: 'score', gte: 1 },
    { field: 'score', lt: 1 },
    { field: 'score', lte: 1 },
    { field: 'vip', equals: true },
    { field: 'vip', equals: false },
    { field: 'vip', equals: null },
  ],
};

const rows = (...changes: Partial<Row>[]): FilterDraft => ({
  kind: 'rows',
  mode: 'all',
  rows: changes.map((change) => ({ ...emptyRow(), ...change })),
});

describe('a filter that is written in rows', () => {
  test('shows every comparison, and says the same when it is saved unchanged', () => {
    const draft = draftOf(IN_ROWS);
    expect(draft.kind).toBe('rows');
    if (draft.kind !== 'rows') return;
    expect(new Set(draft.rows.map(({ comparison }) => comparison))).toEqual(
      new Set(COMPARISONS.map(({ value }) => value)),
    );
    expect(readDraft(draft)).toEqual({ ok: true, filter: IN_ROWS });
  });

  test.each<[string, WebhookFilter]>([
    ['a group in a group', { all: [{ any: [{ field: 'a', exists: true }] }] }],
    ['a number among values', { field: 'a', in: ['1', 1] }],
  ])('leaves %s to JSON, as it is', (_what, filter) => {
    const draft = draftOf(filter);
    expect(draft.kind).toBe('json');
    expect(readDraft(draft)).toEqual({ ok: true, filter });
    expect(asRows(draft)).toBeNull();
  });

  test('comes back from JSON as soon as rows can show it', () => {
    const text = '{"field":"source","equals":"web_form"}';
    const draft = asRows({ kind: 'json', text });
    expect(draft).toMatchObject({ kind: 'rows', rows: [{ field: 'source', value: 'web_form' }] });
    expect(asRows({ kind: 'json', text: '{' })).toBeNull();
  });

  test.each<[string, FilterDraft, RegExp]>([
    ['no field', rows({ field: ' ' }), /^Condition 1: enter a field/],
    ['no values', rows({ field: 'a', comparison: 'isOneOf' }), /^Condition 1: enter one or more/],
    [
      'words as a number',
      rows({ field: 'a' }, { field: 'b', comparison: 'gt', value: 'ten' }),
      /^Condition 2: enter a number/,
    ],
    ['no number', rows({ field: 'a', comparison: 'lte' }), /^Condition 1: enter a number/],
    ['a bad path', rows({ field: 'a..b' }), /names joined by dots/],
    ['no JSON', { kind: 'json', text: '{' }, /^This is not JSON/],
    ['an unknown operator', { kind: 'json', text: '{"field":"a","near":1}' }, /^\/near is not an/],
  ])('says what to mend: %s', (_what, draft, sentence) => {
    const reading = readDraft(draft);
    expect(reading.ok).toBe(false);
    if (!reading.ok) expect(reading.sentence).toMatch(sentence);
  });
});

test('a filter is told in words', () => {
  expect(
    filterInWords({
      all: [
        { field: 'source', equals: 'facebook_ad' },
        {
          any: [
            { field: 'phone', prefix: '91' },
            { field: 'score', gte: 3 },
          ],
        },
        { all: [{ field: 'email', exists: false }] },
      ],
    }),
  ).toBe(
    'source is “facebook_ad” and (phone starts with “91” or score is at least 3) and (email is missing)',
  );
});

test('an event shows what it has in the fields that are asked for', () => {
  const filter: WebhookFilter = {
    any: [
      { field: 'source', equals: 'facebook_ad' },
      {
        all: [
          { field: 'agent.name', exists: true },
          { field: 'source', exists: true },
        ],
      },
      { field: 'toString', exists: false },
    ],
  };
  expect(askedValues(filter, { source: 'web_form', agent: { name: null }, other: 1 })).toBe(
    'source: "web_form" · agent.name: null · toString: missing',
  );
});

test('fields are suggested from the samples of the selected events', () => {
  const entries = PUBLISHABLE_EVENT_TYPES.map((type) => ({ type, sample: EVENTS[type].sample }));
  const named = (types: string[]) => knownFields(entries, types).map(({ field }) => field);
  expect(named([])).toEqual([]);
  expect(named(['lead.captured'])).toEqual(Object.keys(EVENTS['lead.captured'].sample));
  expect(named(['lead.assigned'])).toContain('agent.name');
  expect(knownFields(entries, ['campaign.completed'])).toContainEqual({
    field: 'stats.success',
    comparison: 'gte',
  });
});
