import { expect, test } from 'vitest';
import { checkEventData, hasMoreValues, LIMITS, readPublishRequest } from '../src/index.ts';

test.each([
  ['an empty list', [], 0],
  ['a list', [1, 2, 3], 3],
  ['an object', { a: 1, b: null }, 2],
  ['what is inside of others', { a: [1, { b: [] }], c: {} }, 5],
])('%s holds as many values as it has entries at any depth', (_what, value, count) => {
  expect(hasMoreValues(value, count)).toBe(false);
  expect(hasMoreValues(value, count - 1)).toBe(true);
});

test.each(['text', 1, null, undefined])('%s alone is nothing to count', (value) => {
  expect(hasMoreValues(value, 0)).toBe(false);
});

test('nesting is no matter', () => {
  let deep: unknown = [];
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(hasMoreValues(deep, 100_000)).toBe(false);
});

test('data that no delivered body has room for is refused in one sentence', () => {
  const list = (length: number) => ({
    contact: '1',
    changedFields: Array.from({ length }, () => 1),
  });
  const room = LIMITS.deliveredBodyBytes / 2;
  expect(checkEventData('contact.updated', list(room))).toHaveLength(1);
  expect(checkEventData('contact.updated', list(room - 2))).toHaveLength(100);
});

test('a batch of millions is refused before any of it is judged', () => {
  const startedAt = performance.now();
  const reading = readPublishRequest({ events: Array.from({ length: 2_000_000 }, () => 1) });
  expect(reading).toMatchObject({
    ok: false,
    code: 'invalid_body',
    errors: [{ pointer: '/events', detail: 'must have at most 1000 events' }],
  });
  // By the schema it took two seconds.
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('a batch whose events are all bad is told the first hundred mistakes', () => {
  const events = Array.from({ length: 85 }, () => ({
    type: 'contact.updated',
    data: { contact: '1', changedFields: Array.from({ length: 40_000 }, () => 1) },
  }));
  const reading = readPublishRequest({ events });
  expect(reading).toMatchObject({ ok: false, code: 'invalid_data' });
  expect('errors' in reading && reading.errors).toHaveLength(100);
});
