import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdempotencyConflict } from '../../src/engine/errors.ts';
import type { Request } from '../../src/engine/intake.ts';
import { planRequests } from '../../src/engine/repeats.ts';
import type { KnownKey } from '../../src/store/idempotency.ts';
import type { NewEvent } from '../../src/store/publish-events.ts';

type Answer = string[] | Error | undefined;

function event(body: string, key?: string): NewEvent {
  const plain = { tenantNo: 1, type: 'message.received', body };
  return key === undefined ? plain : { ...plain, key: { key, content: body } };
}

/** Plans the requests, stores what is new under the ids n0, n1…, and gives what each was answered. */
function answersTo(
  batches: readonly (readonly NewEvent[])[],
  known: ReadonlyMap<string, KnownKey> = new Map(),
): { answers: Answer[]; stored: NewEvent[] } {
  const answers: Answer[] = batches.map(() => undefined);
  const requests = batches.map(
    (events, at): Request => ({
      events,
      resolve: (ids) => {
        answers[at] = ids;
      },
      reject: (error) => {
        answers[at] = error as Error;
      },
    }),
  );
  const plan = planRequests(requests, known);
  const ids = plan.events.map((_, n) => `n${n}`);
  for (const answer of plan.answers) answer(ids);
  return { answers, stored: plan.events };
}

test('without keys everything is new, answered in the order given', () => {
  const { answers, stored } = answersTo([[event('a'), event('b')], [event('a')]]);
  expect(answers).toEqual([['n0', 'n1'], ['n2']]);
  expect(stored.map(({ body }) => body)).toEqual(['a', 'b', 'a']);
});

test('a key seen before answers the first id: known, earlier in the group, earlier in the request', () => {
  const known = new Map([['k', { eventId: 'old', content: 'a' }]]);
  const { answers, stored } = answersTo(
    [[event('a', 'k'), event('b', 'l'), event('b', 'l')], [event('b', 'l')]],
    known,
  );
  expect(answers).toEqual([['old', 'n0', 'n0'], ['n0']]);
  expect(stored).toHaveLength(1);
});

test('another content under a known key refuses its whole request, tells which event it was, and touches no other', () => {
  const known = new Map([['k', { eventId: 'old', content: 'a' }]]);
  const { answers, stored } = answersTo(
    [[event('x'), event('b', 'k')], [event('y')], [event('c', 'l'), event('d', 'l')]],
    known,
  );
  expect(answers[0]).toBeInstanceOf(IdempotencyConflict);
  expect(answers[0]).toMatchObject({ index: 1 });
  expect(answers[1]).toEqual(['n0']);
  expect(answers[2]).toMatchObject({ name: 'IdempotencyConflict', index: 1 });
  expect(stored.map(({ body }) => body)).toEqual(['y']);
});

test('a refused request leaves no key behind for those after it', () => {
  const known = new Map([['k', { eventId: 'old', content: 'a' }]]);
  const { answers } = answersTo([[event('1', 'l'), event('b', 'k')], [event('2', 'l')]], known);
  expect(answers[1]).toEqual(['n0']);
});

test('every request is answered, each key is stored once, and equal keys have equal ids', () => {
  const one = fc
    .tuple(fc.constantFrom('a', 'b'), fc.option(fc.constantFrom('k', 'l', 'm')))
    .map(([body, key]) => event(body, key ?? undefined));
  const requests = fc.array(fc.array(one, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
  const before = fc.dictionary(
    fc.constantFrom('k', 'l'),
    fc.record({ eventId: fc.constantFrom('o1', 'o2'), content: fc.constantFrom('a', 'b') }),
  );
  fc.assert(
    fc.property(requests, before, (batches, known) => {
      const { answers, stored } = answersTo(batches, new Map(Object.entries(known)));
      const idOf = new Map<string, string>();
      for (const [at, events] of batches.entries()) {
        const answer = answers[at];
        expect(answer).toBeDefined();
        if (!Array.isArray(answer)) continue;
        expect(answer).toHaveLength(events.length);
        for (const [n, { key }] of events.entries()) {
          if (key === undefined) continue;
          const id = answer[n] ?? '';
          expect(idOf.get(key.key) ?? id).toBe(id);
          idOf.set(key.key, id);
        }
      }
      const keys = stored.flatMap(({ key }) => key?.key ?? []);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => key in known)).toEqual([]);
    }),
  );
});
