/** Columns for {@link PERCENTILES}, of rows that say how many (`count`) took a `step` of latency. */
export const reached = (by: string): string => `
sum(count::float8) over (partition by ${by} order by step nulls first) as upto,
sum(count::float8) over (partition by ${by}) as responses`;

/** p50, p95 and p99 as percentile_disc defines them; null when nothing responded. */
export const PERCENTILES = `
case when max(responses) > 0 then array[
  min(step) filter (where upto >= responses * 0.5),
  min(step) filter (where upto >= responses * 0.95),
  min(step) filter (where upto >= responses * 0.99)
] end`;
