import { parseId } from '../../src/base/ids.ts';
import type { Database } from '../../src/store/database.ts';

/** A row of the log, as tests ask for it. status: 1 success, 2 failed, 3 cancelled. */
export interface Logged {
  id: string;
  event_id: string;
  status: number;
  attempt_count: number;
  status_code: number | null;
  error: string | null;
}

const COLUMNS = 'id, event_id, status, attempt_count, status_code, error';

/** The log's rows of one event. */
export async function logOf({ general }: Database, eventId: string): Promise<Logged[]> {
  const { rows } = await general.query<Logged>(
    `select ${COLUMNS} from sydx.deliveries where event_id = $1`,
    [eventId],
  );
  return rows;
}

export async function wholeLog({ general }: Database): Promise<Logged[]> {
  return (await general.query<Logged>(`select ${COLUMNS} from sydx.deliveries`)).rows;
}

/** Rows of `attempts`: all but the last attempt of each delivery. */
export async function earlierAttempts(
  { general }: Database,
  deliveryId: string,
): Promise<number[]> {
  const { rows } = await general.query<{ number: number }>(
    'select number from sydx.attempts where delivery_id = $1 order by number',
    [deliveryId],
  );
  return rows.map(({ number }) => number);
}

export async function countPending({ general }: Database): Promise<number> {
  const { rows } = await general.query<{ count: number }>(
    'select count(*)::int as count from sydx.pending_deliveries',
  );
  return rows[0]?.count ?? -1;
}

export async function countRows(
  { general }: Database,
  table: 'queue' | 'inflight' | 'nodes' | 'events' | 'attempts' | 'deliveries',
): Promise<number> {
  const { rows } = await general.query<{ count: number }>(
    `select count(*)::int as count from sydx.${table}`,
  );
  return rows[0]?.count ?? -1;
}

/** Decimal ids. */
export async function storedEvents({ general }: Database): Promise<string[]> {
  return (await general.query<{ id: string }>('select id from sydx.events')).rows.map((r) => r.id);
}

/** The decimal id inside a readable event id. @throws Error when it is none */
export function eventNumber(eventId: string): string {
  const number = parseId('evt', eventId);
  if (number === null) throw new Error(`${eventId} is not the id of an event.`);
  return number;
}

export async function nodeIds({ general }: Database): Promise<string[]> {
  return (await general.query<{ id: string }>('select id from sydx.nodes')).rows.map((r) => r.id);
}

/** What waiting for 10 seconds does to the lease of a node that is gone. */
export async function endLease({ general }: Database, nodeId: string): Promise<void> {
  await general.query(
    `update sydx.nodes set until = clock_timestamp() - interval '1 second' where id = $1`,
    [nodeId],
  );
}
