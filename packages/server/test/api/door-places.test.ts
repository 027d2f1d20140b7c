import { expect, test } from 'vitest';
import { DoorPlaces } from '../../src/api/inboxes/door-places.ts';

const MiB = 1024 * 1024;

function doorAt() {
  const clock = { nowMs: 0, monotonic: () => clock.nowMs };
  const places = new DoorPlaces(clock);
  return { clock, places };
}

test('a tenant with slow answers in all its inboxes leaves places to others', () => {
  const { places } = doorAt();
  const visits = Array.from({ length: 640 }, (_, n) =>
    places.enter({ id: `${n % 10}`, tenant_no: 1 }),
  ).filter((visit) => visit !== null);
  expect(visits).toHaveLength(128);
  expect(places.enter({ id: 'other', tenant_no: 2 })).not.toBeNull();
  visits[0]?.leave();
  expect(places.enter({ id: '0', tenant_no: 1 })).not.toBeNull();
  expect(places.enter({ id: '0', tenant_no: 1 })).toBeNull();
});

test('an inbox takes 500 requests at once and then 100 a second', () => {
  const { clock, places } = doorAt();
  const send = () => {
    const visit = places.enter({ id: '1', tenant_no: 1 });
    visit?.leave();
    return visit !== null;
  };
  for (let n = 0; n < 500; n += 1) expect(send()).toBe(true);
  expect(send()).toBe(false);
  clock.nowMs += 20;
  expect([send(), send(), send()]).toEqual([true, true, false]);
});

test('all inboxes of a tenant take 32 MiB at once and then 1 MiB a second, and a node 256 and 8', () => {
  const { clock, places } = doorAt();
  const send = (tenant_no: number, bytes: number) => {
    clock.nowMs += 1;
    const visit = places.enter({ id: `${tenant_no} ${clock.nowMs % 10}`, tenant_no });
    visit?.brings(bytes);
    visit?.leave();
    return visit !== null;
  };
  let sent = 0;
  while (send(1, 128 * 1024)) sent += 128 * 1024;
  expect(sent / MiB).toBeGreaterThanOrEqual(32);
  expect(sent / MiB).toBeLessThan(33);
  expect(send(2, 4 * MiB)).toBe(true);
  clock.nowMs += 10_000;
  sent = 0;
  while (send(1, 128 * 1024)) sent += 128 * 1024;
  expect(Math.round(sent / MiB)).toBe(10);
  clock.nowMs += 60_000;
  sent = 0;
  for (let tenant = 1; tenant <= 20; tenant += 1) while (send(tenant, MiB)) sent += MiB;
  expect(sent / MiB).toBeGreaterThanOrEqual(256);
  expect(sent / MiB).toBeLessThan(270);
  expect(send(21, 1)).toBe(false);
  clock.nowMs += 1_000;
  expect(send(21, 1)).toBe(true);
});
