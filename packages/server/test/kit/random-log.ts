import type { Pool } from 'pg';
import { smallestIdAt } from '../../src/base/ids.ts';
import type { Figures, StatsRow } from '../../src/store/stats.ts';
import type { Dice } from './dice.ts';

/** A row of the log, as far as statistics look at it. */
export interface LogRow {
  id: string;
  tenantNo: number;
  webhookId: string;
  type: string;
  status: number;
  statusCode: number | null;
  durationMs: number | null;
}

/** Rows at random times, of random webhooks and outcomes; some are tests, some got no response. */
export function randomLog(
  dice: Dice,
  count: number,
  span: { fromMs: number; toMs: number },
  webhooks: readonly { tenantNo: number; webhookId: string }[],
): LogRow[] {
  return Array.from({ length: count }, (_, n) => {
    const webhook = webhooks[dice.between(0, webhooks.length - 1)];
    if (webhook === undefined) throw new Error('There are no webhooks.');
    const at = BigInt(smallestIdAt(dice.between(span.fromMs, span.toMs - 1)));
    const status = dice.between(0, 9) < 7 ? 1 : dice.between(2, 3);
    const attempted = status !== 3 || dice.between(0, 1) === 0;
    const responded = attempted && (status === 1 || dice.between(0, 3) > 0);
    const answer = status === 1 ? 200 : 500;
    return {
      ...webhook,
      id: (at + BigInt(n)).toString(),
      type: dice.between(0, 19) === 0 ? 'test.ping' : 'message.sent',
      status,
      statusCode: responded ? answer : null,
      durationMs: attempted ? dice.between(0, 10 ** dice.between(1, 3) * 5) : null,
    };
  });
}

export async function insertLog(pool: Pool, rows: readonly LogRow[]): Promise<void> {
  await pool.query(
    `insert into sydx.deliveries (id, tenant_no, event_id, webhook_id, type, status, attempt_count,
       finished_at, status_code, duration_ms)
     select id, tenant_no, id, webhook_id, type, status, 1, sydx.id_time(id), status_code, duration_ms
     from unnest($1::bigint[], $2::int[], $3::bigint[], $4::text[], $5::int[], $6::int[], $7::int[])
       as r(id, tenant_no, webhook_id, type, status, status_code, duration_ms)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ tenantNo }) => tenantNo),
      rows.map(({ webhookId }) => webhookId),
      rows.map(({ type }) => type),
      rows.map(({ status }) => status),
      rows.map(({ statusCode }) => statusCode),
      rows.map(({ durationMs }) => durationMs),
    ],
  );
}

/** What statistics of these rows are, by definition: every row is looked at, and no duration is rounded. */
export function statsOf(
  log: readonly LogRow[],
  filter: {
    tenantNo: number;
    webhookId?: string | undefined;
    fromMs: number;
    toMs: number;
    bucketMs: number;
  },
): StatsRow[] {
  const low = BigInt(smallestIdAt(filter.fromMs));
  const high = BigInt(smallestIdAt(filter.toMs));
  const rows = log.filter(
    ({ id, tenantNo, webhookId, type }) =>
      tenantNo === filter.tenantNo &&
      (filter.webhookId === undefined || webhookId === filter.webhookId) &&
      type !== 'test.ping' &&
      BigInt(id) >= low &&
      BigInt(id) < high,
  );
  const { bucketMs } = filter;
  const startOf = ({ id }: LogRow): number =>
    Math.floor((Number(BigInt(id) >> 22n) + 1_704_067_200_000) / bucketMs) * bucketMs;
  const buckets = [...Map.groupBy(rows, startOf)]
    .toSorted(([a], [b]) => a - b)
    .map(([start, of]) => ({ start_ms: start, ...figuresOf(of) }));
  return rows.length === 0 ? [] : [...buckets, { start_ms: null, ...figuresOf(rows) }];
}

function figuresOf(rows: readonly LogRow[]): Figures {
  const count = (wanted: number): number => rows.filter(({ status }) => status === wanted).length;
  const durations = rows
    .flatMap(({ statusCode, durationMs }) => (statusCode === null ? [] : [durationMs ?? 0]))
    .toSorted((a, b) => a - b);
  const percentile = (share: number): number =>
    durations[Math.ceil(share * durations.length) - 1] ?? NaN;
  return {
    success: count(1),
    failed: count(2),
    cancelled: count(3),
    latency_ms:
      durations.length === 0 ? null : [percentile(0.5), percentile(0.95), percentile(0.99)],
  };
}

/** Rounds latencies of the definition as statistics may: nothing below 128 ms, else within 0.8 %. */
export function differences(shown: readonly StatsRow[], exact: readonly StatsRow[]): string[] {
  if (shown.length !== exact.length) return [`${shown.length} rows in place of ${exact.length}`];
  return shown.flatMap((row, at) => {
    const { latency_ms: latency, ...counts } = row;
    const { latency_ms: exactLatency, ...exactCounts } = exact[at] ?? row;
    const pairs = (latency ?? []).map((ms, n) => [ms, exactLatency?.[n] ?? NaN] as const);
    const near = pairs.every(([ms, is]) => Math.abs(ms - is) <= (is < 128 ? 0 : is * 0.008));
    const same =
      near &&
      (latency === null) === (exactLatency === null) &&
      JSON.stringify(counts) === JSON.stringify(exactCounts);
    return same ? [] : [`${JSON.stringify(row)} in place of ${JSON.stringify(exact[at])}`];
  });
}
