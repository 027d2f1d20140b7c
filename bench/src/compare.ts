import { judged, type Measure, type Result } from './result.ts';

export interface Difference {
  name: string;
  title: string;
  before: Measure | null;
  after: Measure | null;
  /** How far the judged figure moved, 0.1 = 10 % more; null where one is missing or was zero. */
  change: number | null;
  verdict: 'better' | 'worse' | 'same' | 'only in one';
}

/** Less than this is the machine's own drift. */
const DRIFT = 0.05;

/** Holds two results side by side: rates by their ratio to each run's own ceiling, the rest by value. */
export function compareResults(before: Result, after: Result): Difference[] {
  const names = new Set([...before.measures, ...after.measures].map(({ name }) => name));
  return [...names].map((name) =>
    difference(
      before.measures.find((measure) => measure.name === name) ?? null,
      after.measures.find((measure) => measure.name === name) ?? null,
    ),
  );
}

function difference(before: Measure | null, after: Measure | null): Difference {
  const { name = '', title = '', better = 'higher' } = after ?? before ?? {};
  const both = { name, title, before, after };
  if (before === null || after === null) {
    return { ...both, change: null, verdict: 'only in one' };
  }
  const was = judged(before);
  if (was === 0) return { ...both, change: null, verdict: 'same' };
  const change = judged(after) / was - 1;
  if (Math.abs(change) < DRIFT) return { ...both, change, verdict: 'same' };
  return { ...both, change, verdict: change > 0 === (better === 'higher') ? 'better' : 'worse' };
}
