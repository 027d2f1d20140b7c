import type { Pool } from 'pg';
import { formatId } from '../base/ids.ts';
import { type Actor, changesBetween, writeAudit } from './audit-log.ts';
import { statusLiteral } from './delivery-status.ts';
import type { IdRange } from './id-range.ts';
import type { FinalStatus } from './record-outcomes.ts';
import { feedChunk } from './replays.ts';
import { transaction } from './transaction.ts';
import { lockWebhook } from './webhook-state.ts';

export interface ReplayRequest {
  tenantNo: number;
  /** Decimal. */
  webhookId: string;
  /** Acceptance time of the events, milliseconds since 1970: from ≤ t < to. */
  fromMs: number;
  toMs: number;
  range: IdRange;
  status: FinalStatus;
}

export type StartedReplay =
  | { readonly id: string; readonly count: number }
  | { readonly refused: 'webhook_deleted' | 'webhook_disabled' };

/**
 * Events whose latest delivery to a webhook ended in a status, each once. Most were delivered once:
 * those are rows of the log in the range (an original shares its event's milliseconds) without a
 * redelivery. The others are judged by their newest redelivery; one that is pending is not final and
 * matches nothing. What an unfinished replay still holds is on its way already.
 *
 * By deliveries_not_successful_by_webhook or deliveries_by_webhook, and the key of `redeliveries`.
 */
function matching(status: FinalStatus): string {
  const wanted = statusLiteral(status);
  return `
  select event_id from (
    select d.event_id from sydx.deliveries d
    where d.webhook_id = $2 and d.tenant_no = $1 and d.id >= $3 and d.id < $4 and d.status = ${wanted}
      and d.type <> 'test.ping' and d.event_id >> 22 = d.id >> 22
      and not exists (
        select from sydx.redeliveries r where r.event_id = d.event_id and r.webhook_id = d.webhook_id)
    union
    select r.event_id from (
      select distinct on (event_id) event_id, delivery_id from sydx.redeliveries
      where event_id >= $3 and event_id < $4 and webhook_id = $2
      order by event_id, delivery_id desc
    ) r
    cross join lateral (
      select status from sydx.deliveries where tenant_no = $1 and id = r.delivery_id limit 1
    ) l
    where l.status = ${wanted}
  ) m
  where not exists (
    select from sydx.replay_items i join sydx.replays p on p.id = i.replay_id
    where i.event_id = m.event_id and p.webhook_id = $2 and p.finished_at is null)`;
}

function places(request: ReplayRequest): unknown[] {
  return [request.tenantNo, request.webhookId, request.range.low, request.range.high];
}

/** How many events a replay would send again. */
export async function countReplay(pool: Pool, request: ReplayRequest): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from (${matching(request.status)}) m`,
    places(request),
  );
  return rows[0]?.count ?? 0;
}

/**
 * Writes down, in one statement, every event that a replay sends again: the count is exact, what
 * happens afterwards changes nothing, and each is taken off the list as it enters the queue. The
 * webhook stays locked meanwhile, so two replays at once share no event. The first chunk enters the
 * queue in the same transaction (wake the engine); feedReplays does the rest.
 *
 * @param chunk how many events enter the queue at once
 */
export async function startReplay(
  pool: Pool,
  request: ReplayRequest,
  by: Actor,
  chunk?: number,
): Promise<StartedReplay> {
  return await transaction(pool, async (client) => {
    const state = await lockWebhook(client, request.tenantNo, request.webhookId);
    if (state !== 'enabled') return { refused: state ?? 'webhook_deleted' };
    const { rows } = await client.query<{ id: string; count: number }>(
      `with matched as materialized (${matching(request.status)}),
       replay as (
         insert into sydx.replays (tenant_no, webhook_id, from_time, to_time, status, count, finished_at)
         select $1, $2, to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000), $7, count(*),
           case when count(*) = 0 then clock_timestamp() end
         from matched
         returning id, count
       ), listed as (
         insert into sydx.replay_items (replay_id, event_id)
         select r.id, m.event_id from replay r cross join matched m
       )
       select id, count::int as count from replay`,
      [...places(request), request.fromMs, request.toMs, request.status],
    );
    const started = rows[0];
    if (started === undefined) throw new Error('Starting a replay answered no row.');
    const { tenantNo, webhookId, status, fromMs, toMs } = request;
    await writeAudit(client, by, {
      tenantNo,
      action: 'replay.started',
      object: { kind: 'replay', id: formatId('rpl', started.id), name: null },
      changes: changesBetween(null, {
        webhook: formatId('whk', webhookId),
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        status,
        count: started.count,
      }),
    });
    await feedChunk(client, { id: started.id, tenant_no: tenantNo, webhook_id: webhookId }, chunk);
    return started;
  });
}
