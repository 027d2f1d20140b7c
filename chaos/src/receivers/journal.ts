import { readFileSync } from 'node:fs';

/**
 * What receivers write down, one JSON line each, before they answer: the truth of what was received.
 * An `answered` line follows once the whole answer went out to the network.
 */
export type JournalLine = SeenLine | { k: 'answered'; request: number; status: number; at: number };

export interface SeenLine {
  k: 'seen';
  /** Number of the request. */
  request: number;
  receiver: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Where the node called from. */
  from: string;
  eventId: string;
  deliveryId: string;
  attempt: number;
  /** webhook-timestamp, seconds. */
  signedAt: number;
  /** The number that the publisher put into the data. */
  number: number;
  /** What it decided to answer; null: nothing. Taken is what is answered 200, whether or not that arrives. */
  decided: number | null;
  /** Which of the webhook's secrets both signatures were made with, from 0. */
  secret: number | null;
  /** When none of the secrets known then fits: what is needed to try later ones. */
  unverified?: Signed;
}

/** What a signature is about, and the signatures. */
export interface Signed {
  body: string;
  hex: string;
  standard: string;
  id: string;
  signedAt: string;
}

/** One request as a receiver saw it, with what it answered. */
export interface Sighting extends Omit<SeenLine, 'k' | 'unverified'> {
  /** What went out, as far as the receiver's own network; null: nothing. */
  readonly answered: number | null;
  readonly unverified: Signed | null;
}

/** Reads what receivers wrote, in the order in which it arrived. */
export function readJournal(path: string): Sighting[] {
  const sightings = new Map<number, Sighting>();
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as JournalLine;
    if (line.k === 'seen') {
      const { k: _, unverified = null, ...seen } = line;
      sightings.set(line.request, { ...seen, unverified, answered: null });
    } else {
      const seen = sightings.get(line.request);
      if (seen !== undefined) sightings.set(line.request, { ...seen, answered: line.status });
    }
  }
  return [...sightings.values()];
}
