import type { Sighting } from '../receivers/journal.ts';
import type { Disturbances } from './disturbances.ts';
import type { Evidence } from './evidence.ts';
import { Counts, type Findings } from './findings.ts';
import type { StoredAttempt, StoredDelivery } from './stored.ts';

export interface AttemptFigures {
  /** Attempts of the log, by their number. */
  readonly byNumber: Counts;
  /** Requests that receivers saw. */
  seen: number;
  /** Of those, requests beyond the log's attempts: made again since the outcome was unknown. */
  repeated: number;
  /** What a receiver took although it had taken this event before, by cause. */
  readonly duplicates: Counts;
}

/** Clocks of nodes follow PostgreSQL's to within half a round trip; rows hold whole milliseconds. */
const CLOCKS_MS = 1_000;
/** Milliseconds are cut off on the receivers' one clock. */
const ROUNDING_MS = 5;

/** Seen against logged: request by request, and attempt by attempt against the schedule. */
export function accountAttempts(
  evidence: Evidence,
  disturbances: Disturbances,
  findings: Findings,
): AttemptFigures {
  const figures: AttemptFigures = {
    byNumber: new Counts(),
    seen: evidence.sightings.length,
    repeated: 0,
    duplicates: new Counts(),
  };
  const seenOf = Map.groupBy(evidence.sightings, ({ deliveryId }) => deliveryId);
  const names = new Map(evidence.subscribers.map(({ id, name }) => [id, name]));
  const numbers = new Map(evidence.stored.events.map(({ id, number }) => [id, number]));
  const repeats = new Map<Sighting, string>();
  for (const delivery of evidence.stored.deliveries) {
    const seen = seenOf.get(delivery.id) ?? [];
    seenOf.delete(delivery.id);
    for (const { number } of delivery.attempts) figures.byNumber.add(`${number}`);
    const astray = seen.find(({ receiver }) => receiver !== names.get(delivery.webhookId));
    if (astray !== undefined) {
      findings.unexplained.push(`${delivery.id} reached ${astray.receiver}, which is another's`);
    }
    const foreign = seen.find(
      ({ eventId, number }) => eventId !== delivery.eventId || number !== numbers.get(eventId),
    );
    if (foreign !== undefined) {
      findings.unexplained.push(
        `${delivery.id} carried ${foreign.eventId}, number ${foreign.number}`,
      );
    }
    for (const [sighting, why] of compare(delivery, seen, evidence, disturbances, findings)) {
      figures.repeated += 1;
      repeats.set(sighting, why);
    }
    checkNumbers(delivery, evidence, findings);
    checkSchedule(delivery, seen, evidence, findings);
  }
  for (const [id, seen] of seenOf) {
    findings.unexplained.push(`${id} was seen ${seen.length} times and is not in the log`);
  }
  countDuplicates(evidence, repeats, figures, findings);
  return figures;
}

/** @returns the requests beyond the log's attempts, each with the fault that explains it */
function compare(
  delivery: StoredDelivery,
  seen: readonly Sighting[],
  { nodes }: Evidence,
  disturbances: Disturbances,
  findings: Findings,
): Map<Sighting, string> {
  const repeats = new Map<Sighting, string>();
  const byNumber = Map.groupBy(seen, ({ attempt }) => attempt);
  for (const logged of delivery.attempts) {
    const group = byNumber.get(logged.number) ?? [];
    byNumber.delete(logged.number);
    const recorded = findRecorded(logged, group);
    if (recorded === undefined && logged.statusCode !== null) {
      findings.unexplained.push(
        `${delivery.id} logs ${logged.statusCode} for attempt ${logged.number}, which nobody answered`,
      );
    }
    explain(group.filter((sighting) => sighting !== recorded));
  }
  // Attempts that the log does not have: their node was gone before it could tell.
  for (const group of byNumber.values()) explain(group);
  return repeats;

  function explain(extra: readonly Sighting[]): void {
    for (const sighting of extra) {
      const why = disturbances.forgetting(nodes.get(sighting.from) ?? '', sighting.at);
      repeats.set(sighting, why ?? 'unexplained');
      if (why === null) {
        findings.unexplained.push(
          `${delivery.id} was sent once more under attempt ${sighting.attempt} by ` +
            `${nodes.get(sighting.from) ?? sighting.from} at ${new Date(sighting.at).toISOString()}`,
        );
      }
    }
  }
}

/** Which of several requests under one number the log speaks of. */
function findRecorded(
  { startedAtMs, statusCode }: StoredAttempt,
  group: readonly Sighting[],
): Sighting | undefined {
  const able = group.filter((one) => statusCode === null || one.answered === statusCode);
  const distance = ({ at }: Sighting) => Math.abs(at - startedAtMs);
  return able.toSorted((a, b) => distance(a) - distance(b))[0];
}

function checkNumbers(
  { id, attempts, attemptCount }: StoredDelivery,
  { retryScheduleSeconds }: Evidence,
  findings: Findings,
): void {
  const most = retryScheduleSeconds.length + 1;
  if (attemptCount > most) findings.unexplained.push(`${id} counts ${attemptCount} attempts`);
  const numbers = attempts.map(({ number }) => number);
  if (numbers.some((number, index) => number !== index + 1) || numbers.length !== attemptCount) {
    findings.unexplained.push(
      `${id} logs attempts ${numbers.join(', ')} and counts ${attemptCount}`,
    );
  }
}

/** No attempt comes earlier than the schedule says, by the receivers' clock and by the log. */
function checkSchedule(
  { id, attempts }: StoredDelivery,
  seen: readonly Sighting[],
  { retryScheduleSeconds }: Evidence,
  findings: Findings,
): void {
  const firstSeen = new Map<number, number>();
  for (const { attempt, at } of seen) {
    firstSeen.set(attempt, Math.min(at, firstSeen.get(attempt) ?? Infinity));
  }
  for (const [number, at] of firstSeen) {
    const before = firstSeen.get(number - 1);
    const waitMs = (retryScheduleSeconds[number - 2] ?? 0) * 1_000;
    if (before !== undefined && at - before < waitMs - ROUNDING_MS) {
      findings.unexplained.push(`${id} was retried ${at - before} ms after attempt ${number - 1}`);
    }
  }
  for (const [index, { number, startedAtMs }] of attempts.entries()) {
    const before = attempts[index - 1];
    if (before === undefined) continue;
    const waitedMs = startedAtMs - before.startedAtMs - before.durationMs;
    const waitMs = (retryScheduleSeconds[number - 2] ?? 0) * 1_000;
    if (waitedMs < waitMs - CLOCKS_MS) {
      findings.unexplained.push(`${id} logs attempt ${number} ${waitedMs} ms after the one before`);
    }
  }
}

/** What a receiver without a memory for webhook-id would have processed twice. */
function countDuplicates(
  { sightings, stored }: Evidence,
  repeats: ReadonlyMap<Sighting, string>,
  figures: AttemptFigures,
  findings: Findings,
): void {
  const deliveries = new Map(stored.deliveries.map((delivery) => [delivery.id, delivery]));
  const taken = sightings.filter(({ decided }) => decided === 200);
  const groups = Map.groupBy(taken, ({ eventId, receiver }) => `${eventId} ${receiver}`);
  for (const [pair, group] of groups) {
    // The one that counts is one that the log knows to have succeeded; the others came besides.
    const kept = group.find((one) => !repeats.has(one) && isLoggedSuccess(one)) ?? group[0];
    for (const sighting of group) {
      if (sighting !== kept) figures.duplicates.add(causeOf(sighting, pair));
    }
  }

  function logged({ deliveryId, attempt }: Sighting): StoredAttempt | undefined {
    return deliveries.get(deliveryId)?.attempts.find(({ number }) => number === attempt);
  }

  function isLoggedSuccess(sighting: Sighting): boolean {
    return logged(sighting)?.statusCode === 200;
  }

  function causeOf(sighting: Sighting, pair: string): string {
    const why = repeats.get(sighting);
    if (why !== undefined) return why;
    if (deliveries.get(sighting.deliveryId)?.isRedelivery === true) return 'redelivered on request';
    const attempt = logged(sighting);
    if (attempt !== undefined && attempt.statusCode === null) return `its answer was lost`;
    findings.unexplained.push(`${pair} took ${sighting.deliveryId} as well, for no reason`);
    return 'unexplained';
  }
}
