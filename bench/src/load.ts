/** The load's process: the ceiling's sender, and the producers that publish to the product. */
import { createHmac, createSecretKey } from 'node:crypto';
import { Pool } from 'undici';
import { deliveredBody, publishRequest } from './event.ts';
import { momentMs } from './moment.ts';
import { post } from './post.ts';
import {
  type OutboxLoad,
  type PacedOutboxLoad,
  publishBySql,
  publishBySqlPaced,
} from './outbox-load.ts';
import { answerParent } from './remote.ts';

export interface CeilingLoad {
  origin: string;
  connections: number;
  seconds: number;
}

export interface PublishLoad {
  origin: string;
  apiKeys: readonly string[];
  connections: number;
  eventsPerRequest: number;
  seconds: number;
}

export interface PacedLoad {
  origin: string;
  apiKeys: readonly string[];
  connections: number;
  eventsPerSecond: number;
  seconds: number;
}

let lastNumber = 0;

function nextNumber(count: number): number {
  const first = lastNumber + 1;
  lastNumber += count;
  return first;
}

/** Builds, signs and posts bodies with nothing stored: as fast as `Pool.request` goes. */
async function ceiling(load: CeilingLoad): Promise<{ requests: number; seconds: number }> {
  const pool = new Pool(load.origin, { connections: load.connections });
  const key = createSecretKey('whsec_'.padEnd(70, '0'), 'utf8');
  const startedMs = momentMs();
  const untilMs = startedMs + load.seconds * 1_000;
  let requests = 0;
  async function send(): Promise<void> {
    while (momentMs() < untilMs) {
      const body = deliveredBody(nextNumber(1));
      const signature = createHmac('sha256', key).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-sydx-signature': signature };
      const answer = await pool.request({ method: 'POST', path: '/', headers, body });
      await answer.body.dump();
      requests += 1;
    }
  }
  await Promise.all(Array.from({ length: load.connections }, send));
  const seconds = (momentMs() - startedMs) / 1_000;
  await pool.close();
  return { requests, seconds };
}

/** For so many seconds. */
async function publish(load: PublishLoad): Promise<{ events: number; startedMs: number }> {
  const untilMs = momentMs() + load.seconds * 1_000;
  return await publishWhile(load, () => momentMs() < untilMs);
}

/** So many requests. */
async function publishCount(
  load: Omit<PublishLoad, 'seconds'> & { requests: number },
): Promise<{ events: number; startedMs: number }> {
  let left = load.requests;
  return await publishWhile(load, () => (left -= 1) >= 0);
}

/** Each connection publishes, waits for its 202 and publishes again. */
async function publishWhile(
  load: Omit<PublishLoad, 'seconds'>,
  goesOn: () => boolean,
): Promise<{ events: number; startedMs: number }> {
  const pool = new Pool(load.origin, { connections: load.connections });
  const startedMs = momentMs();
  let events = 0;
  async function produce(producer: number): Promise<void> {
    const headers = headersOf(load.apiKeys[producer % load.apiKeys.length] ?? '');
    while (goesOn()) {
      const first = nextNumber(load.eventsPerRequest);
      await post(pool, headers, publishRequest(first, load.eventsPerRequest));
      events += load.eventsPerRequest;
    }
  }
  await Promise.all(Array.from({ length: load.connections }, (_, index) => produce(index)));
  await pool.close();
  return { events, startedMs };
}

interface Paced {
  ids: string[];
  /** Just before the request was handed to the client. */
  sentMs: Float64Array;
  /** When its 202 was read. */
  acceptedMs: Float64Array;
}

/** Open loop: events leave by the clock, evenly spaced, whether or not earlier ones are answered. */
async function paced(load: PacedLoad): Promise<Paced> {
  const pool = new Pool(load.origin, { connections: load.connections });
  const total = Math.round(load.eventsPerSecond * load.seconds);
  const ids: string[] = Array.from({ length: total }, () => '');
  const sentMs = new Float64Array(total);
  const acceptedMs = new Float64Array(total);
  const underWay: Promise<void>[] = [];
  async function send(index: number): Promise<void> {
    const headers = headersOf(load.apiKeys[index % load.apiKeys.length] ?? '');
    const body = publishRequest(nextNumber(1), 1);
    sentMs[index] = momentMs();
    const answer = await post(pool, headers, body);
    acceptedMs[index] = momentMs();
    ids[index] = (JSON.parse(answer) as { id: string }).id;
  }
  const startedMs = momentMs();
  while (underWay.length < total) {
    const due = Math.min(total, ((momentMs() - startedMs) / 1_000) * load.eventsPerSecond);
    while (underWay.length < due) underWay.push(send(underWay.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  await pool.close();
  return { ids, sentMs, acceptedMs };
}

function headersOf(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
}

const handlers = {
  ceiling,
  publish,
  publishCount,
  paced,
  publishBySql: (load: OutboxLoad) => publishBySql(load, nextNumber),
  publishBySqlPaced: (load: PacedOutboxLoad) => publishBySqlPaced(load, nextNumber),
};

export type Load = typeof handlers;

answerParent(handlers);
