import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo, Turns } from '../../src/engine/turns.ts';

test('first in, first out, whatever is pushed, shifted and drained in whatever order', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('push' as const) },
    { weight: 5, arbitrary: fc.constant('shift' as const) },
    { weight: 1, arbitrary: fc.constant('drain' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const [n, what] of steps.entries()) {
        if (what === 'push') {
          fifo.push(n);
          model.push(n);
        } else if (what === 'shift') expect(fifo.shift()).toBe(model.shift());
        else expect(fifo.drain()).toEqual(model.splice(0));
        expect(fifo.size).toBe(model.length);
      }
    }),
  );
});

test('a long queue that is always refilled stays in order and does not grow', () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 5_000; n += 1) fifo.push(n);
  for (let n = 0; n < 50_000; n += 1) {
    expect(fifo.shift()).toBe(n);
    fifo.push(n + 5_000);
  }
  expect(fifo.size).toBe(5_000);
});

test('tenants take turns, and members within a tenant', () => {
  const turns = new Turns<string>();
  for (const member of ['a1', 'a2', 'a3', 'a4']) turns.add(1, member);
  turns.add(2, 'b1');
  turns.add(3, 'c1');
  turns.add(3, 'c2');
  const order = Array.from({ length: 8 }, () => turns.next());
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4', undefined]);
});

test('whoever waits is served after one turn of each other tenant at most, and nobody is lost', () => {
  const crowd = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat()), { maxLength: 100 });
  fc.assert(
    fc.property(crowd, (members) => {
      const turns = new Turns<{ tenantNo: number }>();
      const waiting = new Map<number, number>();
      for (const [tenantNo] of members) {
        turns.add(tenantNo, { tenantNo });
        waiting.set(tenantNo, (waiting.get(tenantNo) ?? 0) + 1);
      }
      const served: number[] = [];
      for (let next = turns.next(); next !== undefined; next = turns.next()) {
        served.push(next.tenantNo);
      }
      expect(served).toHaveLength(members.length);
      for (const [tenantNo, count] of waiting) {
        const places = served.flatMap((each, place) => (each === tenantNo ? [place] : []));
        expect(places).toHaveLength(count);
        for (const [nth, place] of places.entries()) {
          expect(place).toBeLessThan((nth + 1) * waiting.size);
        }
      }
    }),
  );
});

test('nothing is left after clearing', () => {
  const turns = new Turns<string>();
  turns.add(1, 'a');
  turns.clear();
  expect(turns.next()).toBeUndefined();
  turns.add(1, 'b');
  expect(turns.next()).toBe('b');
});
