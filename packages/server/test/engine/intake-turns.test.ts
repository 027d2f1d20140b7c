import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BOUNDS } from '../../src/engine/bounds.ts';
import { Overloaded } from '../../src/engine/errors.ts';
import { Intake, type Request } from '../../src/engine/intake.ts';

const ignore = (): undefined => undefined;

function request(tenantNo: number, events: number, bytes = 10): Request {
  const body = 'x'.repeat(bytes);
  return {
    events: Array.from({ length: events }, () => ({ tenantNo, type: 'message.received', body })),
    resolve: ignore,
    reject: ignore,
  };
}

const MANY = Number.POSITIVE_INFINITY;

test('requests go whole, as many as fit, and at least one', () => {
  const intake = new Intake();
  for (const count of [3, 4, 5]) intake.add(request(1, count));
  expect(intake.take(7, MANY).map(({ events }) => events.length)).toEqual([3, 4]);
  expect(intake.take(2, MANY).map(({ events }) => events.length)).toEqual([5]);
  expect(intake.take(2, MANY)).toEqual([]);
  expect(intake.size).toBe(0);
});

test('a flood of one tenant delays the others by one group', () => {
  const intake = new Intake();
  for (let n = 0; n < 100; n += 1) intake.add(request(1, 10));
  intake.add(request(2, 1));
  const tenants = intake.take(20, MANY).map(({ events }) => events[0]?.tenantNo);
  expect(tenants).toContain(2);
});

test('more bytes than memory should hold are told to come back, and there is room again after a group', () => {
  const intake = new Intake();
  const heavy = request(1, 1, 32 * 1024 * 1024);
  for (let bytes = 0; bytes < BOUNDS.intakeBytes; bytes += 32 * 1024 * 1024) intake.add(heavy);
  expect(() => intake.add(request(2, 1))).toThrow(Overloaded);
  intake.take(1, MANY);
  expect(() => intake.add(request(2, 1))).not.toThrow();
});

test('whatever is added is taken exactly once, within the bounds', () => {
  const added = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), fc.nat(50)),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(added, fc.integer({ min: 1, max: 20 }), fc.nat(300), (given, events, bytes) => {
      const intake = new Intake();
      const requests = given.map(([tenantNo, count, size]) => request(tenantNo, count, size));
      for (const each of requests) intake.add(each);
      expect(intake.size).toBe(requests.length);
      const taken = new Set<Request>();
      for (
        let group = intake.take(events, bytes);
        group.length > 0;
        group = intake.take(events, bytes)
      ) {
        const total = group.reduce((sum, each) => sum + each.events.length, 0);
        if (group.length > 1) expect(total).toBeLessThanOrEqual(events);
        for (const each of group) taken.add(each);
      }
      expect(taken).toEqual(new Set(requests));
      expect(intake.size).toBe(0);
    }),
  );
});
