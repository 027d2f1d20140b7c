import { describe, expect, it } from 'vitest';
import { compareResults } from '../src/compare.ts';
import { readOptions } from '../src/options.ts';
import { percentile } from '../src/percentile.ts';
import { disturbed, type Measure, parseResult, reachesTarget, type Result } from '../src/result.ts';
import { resultsPage } from '../src/results-page.ts';
import { differenceTable, disturbanceSentence, resultTable } from '../src/table.ts';

function rate(perSecond: number, ratio: number): Measure {
  return {
    name: 'one.rate',
    title: 'One event a request',
    value: perSecond,
    unit: '/s',
    ratio,
    better: 'higher',
    target: 0.25,
  };
}

function memory(megabytes: number): Measure {
  return {
    name: 'memory.peak',
    title: 'Resident memory',
    value: megabytes,
    unit: 'MB',
    ratio: null,
    better: 'lower',
    target: 300,
  };
}

function result(...measures: Measure[]): Result {
  return {
    measuredAt: '2026-11-23T10:00:00.000Z',
    machine: {
      processor: 'Some CPU (x64)',
      cores: 2,
      memoryGb: 8,
      kernel: 'Linux 6.1',
      node: '24.0.0',
      postgres: '18.4',
    },
    seconds: 10,
    warmUpSeconds: 3,
    ceiling: { beforePerSecond: 30_000, afterPerSecond: 34_000 },
    others: [{ row: 'one', share: 0.01 }],
    measures,
  };
}

describe('Two results', () => {
  it('are held side by side by the ratio to their own ceiling, since machines drift', () => {
    const [difference] = compareResults(result(rate(8_000, 0.25)), result(rate(6_000, 0.3)));
    expect(difference?.change).toBeCloseTo(0.2);
    expect(difference?.verdict).toBe('better');
  });

  it('are worse where a figure that should be low rose', () => {
    const [difference] = compareResults(result(memory(200)), result(memory(260)));
    expect(difference?.verdict).toBe('worse');
  });

  it('are the same within the drift of the machine', () => {
    const [difference] = compareResults(result(memory(200)), result(memory(206)));
    expect(difference?.verdict).toBe('same');
  });

  it('show what stands in one of them only', () => {
    const differences = compareResults(result(memory(200)), result(rate(8_000, 0.25)));
    expect(differences.map(({ verdict }) => verdict)).toEqual(['only in one', 'only in one']);
    expect(differenceTable(differences)).toContain('only in one');
  });

  it('are refused when a file holds something else', () => {
    expect(() => parseResult('{"some": "json"}')).toThrow('not a result of the bench');
    expect(parseResult(JSON.stringify(result()))).toEqual(result());
  });
});

describe('A result', () => {
  it('tells by the ratio whether a rate reaches its target, and by the value otherwise', () => {
    expect(reachesTarget(rate(8_000, 0.24))).toBe(false);
    expect(reachesTarget(rate(8_000, 0.25))).toBe(true);
    expect(reachesTarget(memory(301))).toBe(false);
    expect(reachesTarget({ ...memory(1), target: null })).toBeNull();
  });

  it('is shown as a table with the ceiling first', () => {
    const lines = resultTable(result(rate(8_000, 0.25), memory(310.25))).split('\n');
    expect(lines[2]).toContain('32,000 /s');
    expect(lines[3]).toMatch(/8,000 \/s .* 0\.25 .* reached/);
    expect(lines[4]).toMatch(/310 MB .* ≤ 300 MB .* NOT reached/);
  });

  it('warns when other programs used the machine meanwhile', () => {
    const noisy = { ...result(), others: [{ row: 'one', share: 0.5 }] };
    expect(disturbed(noisy)).toHaveLength(1);
    expect(disturbanceSentence(noisy)).toContain('one 50 %');
    expect(disturbanceSentence(result())).toBe('');
  });

  it('becomes a page that names the machine', () => {
    const page = resultsPage(result(memory(200)));
    expect(page).toContain('Some CPU (x64), 2 cores, 8 GB');
    expect(page).toContain('Resident memory');
  });
});

describe('A percentile', () => {
  it('is the nearest rank', () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(percentile(values, 0.5)).toBe(100);
    expect(percentile(values, 0.99)).toBe(198);
    expect(percentile([7], 0.99)).toBe(7);
  });
});

describe('The command line', () => {
  const rows = ['one', 'fifty'];

  it('refuses what it does not know, in a sentence', () => {
    expect(() => readOptions(['--only', 'two'], rows)).toThrow('There is no row two');
    expect(() => readOptions(['--seconds', '0'], rows)).toThrow('--seconds takes');
    expect(() => readOptions(['--compare', 'a.json'], rows)).toThrow('two files');
  });

  it('never writes half a run into the results page', () => {
    expect(() => readOptions(['--write', '--only', 'one'], rows)).toThrow('--only');
  });
});
