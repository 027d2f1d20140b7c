import { type Published, standing } from '../load/ledger.ts';
import type { Evidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import type { StoredEvent } from './stored.ts';

export interface EventFigures {
  accepted: number;
  refused: number;
  doubt: number;
  /** Of those in doubt, how many turned out to be stored. */
  doubtStored: number;
  /** Stored again because their publisher sent them again without a key. */
  publishedTwice: number;
}

/**
 * Accepted against stored: each accepted event is there under its id, nothing is there that nobody
 * sent, and one key led to one event.
 */
export function accountEvents(evidence: Evidence, findings: Findings): EventFigures {
  const figures = { accepted: 0, refused: 0, doubt: 0, doubtStored: 0, publishedTwice: 0 };
  const stored = Map.groupBy(evidence.stored.events, ({ number }) => number);
  for (const event of evidence.published) {
    const here = stored.get(event.number) ?? [];
    const what = standing(event);
    figures[what] += 1;
    if (what === 'doubt' && here.length > 0) figures.doubtStored += 1;
    figures.publishedTwice += Math.max(0, here.length - 1);
    compare(event, here, findings);
    stored.delete(event.number);
  }
  for (const [number, here] of stored) {
    findings.unexplained.push(`${ids(here)} is stored as number ${number}, which nobody published`);
  }
  return figures;
}

function compare(event: Published, here: readonly StoredEvent[], findings: Findings): void {
  const { number, key, tries } = event;
  const known = new Set(here.map(({ id }) => id));
  const accepted = new Set(tries.flatMap(({ eventId }) => eventId ?? []));
  for (const id of accepted) {
    if (!known.has(id))
      findings.losses.push(`${id} (number ${number}) was accepted and is not stored`);
  }
  for (const { id, type } of here) {
    if (type !== event.type)
      findings.unexplained.push(`${id} is stored as ${type}, not ${event.type}`);
  }
  if (key !== null && here.length > 1) {
    findings.unexplained.push(`One idempotency key (${key}) led to ${ids(here)}`);
  }
  const possible = tries.filter(({ result }) => result !== 'refused').length;
  if (here.length > possible) {
    findings.unexplained.push(
      `${ids(here)} is stored, sent only ${possible} times (number ${number})`,
    );
  }
}

function ids(events: readonly StoredEvent[]): string {
  return events.map(({ id }) => id).join(', ');
}
