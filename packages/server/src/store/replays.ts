import type { Pool, PoolClient } from 'pg';
import type { FinalStatus } from './record-outcomes.ts';
import { transaction } from './transaction.ts';

export interface ReplayRow {
  id: string;
  webhook_id: string;
  from_time: Date;
  to_time: Date;
  status: FinalStatus;
  /** int8 in the database, and no replay has 2^53 events. */
  count: number;
  replayed: number;
  cancelled: boolean;
  created_at: Date;
  finished_at: Date | null;
}

/** @returns null when it is another tenant's or unknown */
export async function readReplay(
  pool: Pool,
  tenantNo: number,
  id: string,
): Promise<ReplayRow | null> {
  const { rows } = await pool.query<ReplayRow>(
    `select id, webhook_id, from_time, to_time, status, count::int as count,
       replayed::int as replayed, cancelled, created_at, finished_at
     from sydx.replays where tenant_no = $1 and id = $2`,
    [tenantNo, id],
  );
  return rows[0] ?? null;
}

const CHUNK = 500;

interface Unfinished {
  id: string;
  tenant_no: number;
  webhook_id: string;
}

/**
 * A chunk off the list and into the queue, in one statement: after a crash it happened or it did not,
 * so each event is sent again once. An event that retention took meanwhile is left out. The replay
 * ends with the chunk that empties the list. By the primary key of replay_items.
 */
const FEED = `
with waiting as materialized (
  select event_id from sydx.replay_items where replay_id = $1 order by event_id limit $4 + 1
), taken as (
  delete from sydx.replay_items
  where replay_id = $1
    and event_id = any(array(select event_id from waiting order by event_id limit $4))
  returning event_id
), made as materialized (
  select t.event_id, sydx.new_id() as id from taken t
  join sydx.events e on e.tenant_no = $2 and e.id = t.event_id
), known as (
  insert into sydx.redeliveries (event_id, delivery_id, webhook_id, replay_id)
  select event_id, id, $3, $1 from made
), queued as (
  insert into sydx.queue (webhook_id, due, id, tenant_no, event_id, attempt, lost)
  select $3, clock_timestamp(), id, $2, event_id, 1, 0 from made
), noted as (
  update sydx.replays set replayed = replayed + (select count(*) from made),
    finished_at = case when (select count(*) from waiting) <= $4 then clock_timestamp() end
  where id = $1
)
select count(*)::int as count from taken`;

/** Its webhook takes nothing any more: the list is dropped and the replay says so. */
const STOP = `
with dropped as (
  delete from sydx.replay_items where replay_id = $1 returning event_id
), noted as (
  update sydx.replays set finished_at = clock_timestamp(), cancelled = true where id = $1
)
select count(*)::int as count from dropped`;

/**
 * Moves a chunk of the oldest unfinished replay into the queue. Several nodes may call it at once:
 * each works at a replay of its own. It goes on where a crash left off, because what is left is what
 * is still listed.
 *
 * @param chunk how many events at most
 * @returns how many events left a list, at least 1 when there was a replay to work at; 0: nothing is
 *   left to do here. Wake the engine when it is more.
 */
export async function feedReplays(pool: Pool, chunk: number = CHUNK): Promise<number> {
  return await transaction(pool, async (client) => {
    const replay = await takeUnfinished(client);
    if (replay === null) return 0;
    const live = await isLive(client, replay.webhook_id);
    return Math.max(live ? await feedChunk(client, replay, chunk) : await stop(client, replay), 1);
  });
}

/**
 * Moves a chunk of one replay into the queue. The caller's transaction holds its webhook's lock.
 *
 * @returns how many events left the list
 */
export async function feedChunk(
  client: PoolClient,
  { id, tenant_no, webhook_id }: Unfinished,
  chunk: number = CHUNK,
): Promise<number> {
  const values = [id, tenant_no, webhook_id, chunk];
  const { rows } = await client.query<{ count: number }>(FEED, values);
  return rows[0]?.count ?? 0;
}

async function stop(client: PoolClient, { id }: Unfinished): Promise<number> {
  const { rows } = await client.query<{ count: number }>(STOP, [id]);
  return rows[0]?.count ?? 0;
}

async function takeUnfinished(client: PoolClient): Promise<Unfinished | null> {
  const { rows } = await client.query<Unfinished>(
    `select id, tenant_no, webhook_id from sydx.replays where finished_at is null
     order by id limit 1 for update skip locked`,
  );
  return rows[0] ?? null;
}

/** Locked until the chunk is in the queue: disabling comes before, or cancels the chunk as well. */
async function isLive(client: PoolClient, webhookId: string): Promise<boolean> {
  const { rows } = await client.query<{ live: boolean }>(
    'select enabled and deleted_at is null as live from sydx.webhooks where id = $1 for share',
    [webhookId],
  );
  return rows[0]?.live ?? false;
}
