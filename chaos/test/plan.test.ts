import { throwDice } from '@sydx/server/test/kit/dice.ts';
import { describe, expect, it } from 'vitest';
import { planFaults } from '../src/faults/plan.ts';
import { ROLES, nodeName, WEBHOOKS } from '../src/world/topology.ts';

const SCHEDULE = [1, 2, 4];

function plan(seed: number, lengthMs: number) {
  return planFaults({
    dice: throwDice(seed),
    lengthMs,
    nodes: ROLES.map(nodeName),
    webhooks: WEBHOOKS,
    retryScheduleSeconds: SCHEDULE,
  });
}

describe('The faults of a run', () => {
  it('are repeated by their seed', () => {
    expect(plan(7, 600_000)).toEqual(plan(7, 600_000));
    expect(plan(7, 600_000)).not.toEqual(plan(8, 600_000));
  });

  it('are of every kind within a few minutes', () => {
    const kinds = new Set(plan(1, 300_000).map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual([
      'PostgreSQL stopped fast',
      'PostgreSQL stopped immediate',
      'failed replayed',
      'node cut from PostgreSQL, reset',
      'node cut from PostgreSQL, silent',
      'node cut from receivers, reset',
      'node cut from receivers, silent',
      'node frozen',
      'node killed',
      'node terminated',
      'receiver breaks off',
      'receiver fails',
      'receiver hangs',
      'receiver reset',
      'receiver silent',
      'secret rotated',
      'webhook disabled and enabled',
    ]);
  });

  it('never hit one thing twice at once, and freeze and cut nodes past their lease of 10 s', () => {
    const faults = plan(3, 1_200_000);
    for (const target of new Set(faults.map((fault) => fault.target))) {
      const own = faults.filter((fault) => fault.target === target);
      for (const [index, fault] of own.entries()) {
        const before = own[index - 1];
        if (before) expect(fault.atMs).toBeGreaterThan(before.atMs + before.lengthMs);
      }
    }
    const long = faults.filter(({ kind }) => /frozen|cut from PostgreSQL/.test(kind));
    expect(Math.min(...long.map(({ lengthMs }) => lengthMs))).toBeGreaterThan(10_000);
  });
});
