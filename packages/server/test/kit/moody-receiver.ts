import type { ServerResponse } from 'node:http';
import { type Receiver, startReceiver } from './receivers.ts';

/** What a receiver saw of one attempt. */
export interface SeenAttempt {
  /** webhook-id: the event's readable id. */
  readonly eventId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  /** performance.now() when the request had arrived. */
  readonly arrivedAt: number;
  readonly response: ServerResponse;
}

export interface MoodyReceiver extends Receiver {
  readonly seen: SeenAttempt[];
  /** Requests that wait for an answer now, and the most that ever did. */
  readonly open: () => number;
  readonly mostOpen: () => number;
  /** How often each event arrived. */
  readonly counts: () => Map<string, number>;
}

/** Answers with a status, after a while, never (null), or as it likes. */
export type Mood = (attempt: SeenAttempt, nth: number) => number | null | Promise<number>;

/** A receiver that writes down when what arrived and answers by its mood. */
export async function startMoodyReceiver(mood: Mood = () => 200): Promise<MoodyReceiver> {
  const seen: SeenAttempt[] = [];
  let open = 0;
  let mostOpen = 0;
  const receiver = await startReceiver(async (request, response) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.once('close', () => {
      open -= 1;
    });
    const attempt: SeenAttempt = {
      eventId: String(request.headers['webhook-id']),
      deliveryId: String(request.headers['x-sydx-delivery']),
      attempt: Number(request.headers['x-sydx-attempt']),
      path: request.path,
      headers: request.headers,
      body: request.body,
      arrivedAt: performance.now(),
      response,
    };
    seen.push(attempt);
    const status = await mood(attempt, seen.length);
    if (status === null || response.destroyed) return;
    response.statusCode = status;
    response.end();
  });
  return {
    ...receiver,
    seen,
    open: () => open,
    mostOpen: () => mostOpen,
    counts: () => {
      const counts = new Map<string, number>();
      for (const { eventId } of seen) counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
      return counts;
    },
  };
}
