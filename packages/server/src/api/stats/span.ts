import type { Stats, StatsQuery } from '@sydx/contract';
import { ProblemError } from '../../base/problem.ts';
import { readBounds } from '../time-filter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const BUCKETS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

/** RFC 3339 writes no year before 0000. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');

/** As many as a chart can show. */
const MOST_BUCKETS = 1500;

export interface Span {
  fromMs: number;
  toMs: number;
  bucket: Stats['bucket'];
  bucketMs: number;
}

/**
 * What a query asks for: the last 24 hours unless it says so, in minutes up to 3 hours, hours up to
 * 7 days, days beyond.
 *
 * @throws ProblemError invalid_query
 */
export function readSpan(query: StatsQuery, nowMs: number): Span {
  const given = readBounds(query);
  const toMs = given.toMs ?? nowMs;
  const fromMs = given.fromMs ?? toMs - DAY_MS;
  if (fromMs < FIRST_MS) throw wrong('/to', 'must be a day after the year 0000 began, or later');
  if (fromMs >= toMs) throw wrong('/from', 'must be in the past');
  const lengthMs = toMs - fromMs;
  const bucket = query.bucket ?? fittingBucket(lengthMs);
  const bucketMs = BUCKETS[bucket];
  if (lengthMs / bucketMs > MOST_BUCKETS) {
    throw wrong(
      '/bucket',
      `makes more than ${MOST_BUCKETS} buckets of this span: take a longer one`,
    );
  }
  return { fromMs, toMs, bucket, bucketMs };
}

function fittingBucket(lengthMs: number): Stats['bucket'] {
  if (lengthMs <= 3 * HOUR_MS) return 'minute';
  return lengthMs <= 7 * DAY_MS ? 'hour' : 'day';
}

function wrong(pointer: string, detail: string): ProblemError {
  return new ProblemError('invalid_query', { errors: [{ pointer, detail }] });
}
