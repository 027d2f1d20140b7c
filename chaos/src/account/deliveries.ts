import type { Sighting } from '../receivers/journal.ts';
import type { Span } from '../world/webhook.ts';
import type { Disturbances } from './disturbances.ts';
import type { Evidence, Subscriber } from './evidence.ts';
import { Counts, type Findings } from './findings.ts';
import type { StoredDelivery } from './stored.ts';

export interface DeliveryFigures {
  /** By final status. */
  readonly byStatus: Counts;
  /** Those that someone asked for. */
  redeliveries: number;
  /** Pairs of a stored event and a webhook that got it. */
  received: number;
  /** Pairs that did not get it, with the reason that excuses it. */
  readonly notReceived: Counts;
}

/** How far the clocks of a row and of the runner may lie apart, with what lies between them. */
const SLACK_MS = 2_000;

/** Stored against received: each event reached each webhook that subscribed to its type. */
export function accountDeliveries(
  evidence: Evidence,
  disturbances: Disturbances,
  findings: Findings,
): DeliveryFigures {
  const figures = {
    byStatus: new Counts(),
    redeliveries: 0,
    received: 0,
    notReceived: new Counts(),
  };
  const { stored, sightings, subscribers } = evidence;
  const deliveries = Map.groupBy(
    stored.deliveries,
    ({ eventId, webhookId }) => eventId + webhookId,
  );
  const taken = new Set<string>();
  for (const { receiver, eventId, decided } of sightings) {
    if (decided === 200) taken.add(`${eventId} ${receiver}`);
  }
  const moments = momentsOfAcceptance(evidence);
  for (const event of stored.events) {
    for (const subscriber of subscribers) {
      const key = event.id + subscriber.id;
      const mine = deliveries.get(key) ?? [];
      deliveries.delete(key);
      if (!subscriber.events.includes(event.type)) {
        if (mine.length > 0) {
          findings.unexplained.push(
            `${event.id} went to ${subscriber.name}, which did not subscribe`,
          );
        }
        continue;
      }
      for (const { status, isRedelivery } of mine) {
        figures.byStatus.add(status);
        if (isRedelivery) figures.redeliveries += 1;
      }
      const originals = mine.filter(({ isRedelivery }) => !isRedelivery).length;
      if (originals > 1) {
        findings.unexplained.push(`${event.id} has ${originals} deliveries to ${subscriber.name}`);
      }
      if (taken.has(`${event.id} ${subscriber.name}`)) {
        figures.received += 1;
        continue;
      }
      const excuse = excuseOf(mine, subscriber, moments.get(event.id), evidence, disturbances);
      if (excuse.holds) figures.notReceived.add(excuse.reason);
      else findings.losses.push(`${event.id} did not reach ${subscriber.name}: ${excuse.reason}`);
    }
  }
  for (const [{ id, eventId } = { id: '', eventId: '' }] of deliveries.values()) {
    findings.unexplained.push(`${id} is a delivery of ${eventId}, which is not stored`);
  }
  return figures;
}

interface Excuse {
  holds: boolean;
  reason: string;
}

function excuseOf(
  mine: readonly StoredDelivery[],
  subscriber: Subscriber,
  accepted: Span | undefined,
  { retryScheduleSeconds }: Evidence,
  disturbances: Disturbances,
): Excuse {
  const last = mine.at(-1);
  if (last === undefined) {
    const holds = accepted !== undefined && overlapsAny(subscriber.disabled, accepted);
    return { holds, reason: holds ? 'published while disabled' : 'there is no delivery' };
  }
  const claimed = mine.find(({ status }) => status === 'success');
  if (claimed !== undefined) {
    return { holds: false, reason: `${claimed.id} says success, and nobody took it` };
  }
  if (last.status === 'cancelled') {
    const at = { fromMs: last.finishedAtMs, toMs: last.finishedAtMs };
    const holds = overlapsAny(subscriber.disabled, at);
    return {
      holds,
      reason: holds ? 'cancelled by disabling' : `${last.id} was cancelled while enabled`,
    };
  }
  if (last.error === 'worker_lost') return { holds: true, reason: 'five lost leases' };
  if (last.attempts.length !== retryScheduleSeconds.length + 1) {
    return { holds: false, reason: `${last.id} failed after ${last.attempts.length} attempts` };
  }
  const groundless = last.attempts.find(
    ({ startedAtMs }) => !disturbances.troubled(subscriber.name, startedAtMs),
  );
  return groundless === undefined
    ? { holds: true, reason: 'failed: its receiver did badly for all attempts' }
    : {
        holds: false,
        reason: `${last.id} failed, and nothing was wrong at attempt ${groundless.number}`,
      };
}

function overlapsAny(spans: readonly Span[], { fromMs, toMs }: Span): boolean {
  return spans.some((span) => fromMs < span.toMs + SLACK_MS && toMs > span.fromMs - SLACK_MS);
}

/** Between which moments each event was accepted. Of one in doubt it is only known when it began. */
function momentsOfAcceptance({ published, stored }: Evidence): ReadonlyMap<string, Span> {
  const numbers = new Map(published.map((event) => [event.number, event]));
  return new Map(
    stored.events.flatMap(({ id, number }) => {
      const tries = numbers.get(number)?.tries ?? [];
      const first = tries[0];
      if (first === undefined) return [];
      const answered = tries.find(({ eventId }) => eventId === id);
      return [[id, { fromMs: first.sentAtMs, toMs: answered?.endedAtMs ?? Infinity }] as const];
    }),
  );
}

/** Nothing may be sent between being told that a webhook is disabled and asking to enable it. */
export function accountDisabled(
  sightings: readonly Sighting[],
  subscribers: readonly Subscriber[],
  findings: Findings,
): void {
  const spans = new Map(subscribers.map(({ name, surelyDisabled }) => [name, surelyDisabled]));
  for (const { receiver, deliveryId, signedAt, at } of sightings) {
    const signedMs = signedAt * 1_000;
    // webhook-timestamp is cut to the second below.
    const span = spans
      .get(receiver)
      ?.find(({ fromMs, toMs }) => Math.min(signedMs, at) > fromMs && at < toMs);
    if (span !== undefined) {
      findings.unexplained.push(
        `${deliveryId} was sent to ${receiver} at ${time(signedMs)} and seen at ${time(at)}, ` +
          `which was disabled from ${time(span.fromMs)} to ${time(span.toMs)}`,
      );
    }
  }
}

function time(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 23) : 'the end';
}
