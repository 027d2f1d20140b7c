/** Producers that publish in transactions of their own, for the load's process. */
import pg from 'pg';
import { dataOf, EVENT_TYPE, messageIdOf, TENANT } from './event.ts';
import { momentMs } from './moment.ts';
import type { DatabasePlace } from './postgres.ts';

export interface OutboxLoad {
  database: DatabasePlace;
  connections: number;
  eventsPerCommit: number;
  seconds: number;
}

export interface PacedOutboxLoad {
  database: DatabasePlace;
  connections: number;
  eventsPerSecond: number;
  seconds: number;
}

const PUBLISH = `select sydx.publish('${TENANT}', '${EVENT_TYPE}', data) from unnest($1::json[]) as data`;

/** Each connection commits a batch, and the next one when that is on disk. */
export async function publishBySql(
  load: OutboxLoad,
  nextNumber: (count: number) => number,
): Promise<{ events: number; startedMs: number }> {
  const pool = new pg.Pool({ ...load.database, max: load.connections });
  const startedMs = momentMs();
  const untilMs = startedMs + load.seconds * 1_000;
  let events = 0;
  async function produce(): Promise<void> {
    while (momentMs() < untilMs) {
      const first = nextNumber(load.eventsPerCommit);
      const data = Array.from({ length: load.eventsPerCommit }, (_, index) =>
        JSON.stringify(dataOf(first + index)),
      );
      await pool.query({ name: 'publish', text: PUBLISH, values: [data] });
      events += load.eventsPerCommit;
    }
  }
  await Promise.all(Array.from({ length: load.connections }, produce));
  await pool.end();
  return { events, startedMs };
}

export interface PacedByProducers {
  /** The messageId of each event, by which its row in the database is found. */
  messageIds: string[];
  /** Just before sydx.publish was called. */
  calledMs: Float64Array;
  /** When its transaction was on disk. */
  committedMs: Float64Array;
}

/** Open loop: one event a transaction, evenly spaced by the clock. */
export async function publishBySqlPaced(
  load: PacedOutboxLoad,
  nextNumber: (count: number) => number,
): Promise<PacedByProducers> {
  const pool = new pg.Pool({ ...load.database, max: load.connections });
  const total = Math.round(load.eventsPerSecond * load.seconds);
  const paced: PacedByProducers = {
    messageIds: [],
    calledMs: new Float64Array(total),
    committedMs: new Float64Array(total),
  };
  const underWay: Promise<void>[] = [];
  async function send(index: number): Promise<void> {
    const number = nextNumber(1);
    paced.messageIds[index] = messageIdOf(number);
    paced.calledMs[index] = momentMs();
    const values = [[JSON.stringify(dataOf(number))]];
    await pool.query({ name: 'publish', text: PUBLISH, values });
    paced.committedMs[index] = momentMs();
  }
  const startedMs = momentMs();
  while (underWay.length < total) {
    const due = Math.min(total, ((momentMs() - startedMs) / 1_000) * load.eventsPerSecond);
    while (underWay.length < due) underWay.push(send(underWay.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  await pool.end();
  return paced;
}
