import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../store/database.ts';
import { type InboxRequestRow, noteReader, readInboxRequests } from '../../store/inbox-requests.ts';
import type { InboxRow } from '../../store/inboxes.ts';
import type { Arrivals } from './arrivals.ts';
import { presentInboxRequest } from './presenter.ts';

/**
 * After this a stream ends and its reader comes again: so a key that was deleted reads no longer, and what
 * the reader has is said by its Last-Event-ID.
 */
const LIFE_MS = 60_000;
/** By when its reader has taken all of it: after this it is hung up on. It goes on where it was. */
export const READ_BY_MS = 90_000;
const MOST_REQUESTS = 200;
const MOST_BYTES = 4 * 1024 * 1024;
/** Below the minute after which usual proxies close a silent connection. */
const HEARTBEAT_MS = 15_000;
/** How soon a stream ends when its node leaves. */
const LOOK_EVERY_MS = 250;
const READ_AT_ONCE = 20;
/** A reader that is connected says so well before its inbox would expire. */
const NOTE_EVERY_MS = 30_000;

export interface StreamParts {
  readonly database: Pick<Database, 'general'>;
  readonly arrivals: Pick<Arrivals, 'wait'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly inbox: Pick<InboxRow, 'id' | 'kind'>;
  /** Requests above this number are sent. */
  readonly after: number;
  readonly showsSignatures: boolean;
  /** Aborted once nobody reads any more. */
  readonly signal: AbortSignal;
  readonly isLeaving: () => boolean;
}

/**
 * What arrives in an inbox as server-sent events (WHATWG HTML, section 9.2), until there is a reason to
 * end. Sends no more than its reader takes: it is asked for the next piece when there is room.
 */
export async function* streamRequests(parts: StreamParts): AsyncGenerator<string> {
  const { database, arrivals, clock, inbox, showsSignatures, signal } = parts;
  const endsAt = clock.monotonic() + LIFE_MS;
  let heardAt = clock.monotonic();
  let notedAt = heardAt;
  let last = parts.after;
  let requests = 0;
  let bytes = 0;
  const isOver = (): boolean =>
    signal.aborted ||
    parts.isLeaving() ||
    clock.monotonic() >= endsAt ||
    requests >= MOST_REQUESTS ||
    bytes >= MOST_BYTES;

  yield 'retry: 1000\n\n';
  let news: Awaited<ReturnType<Arrivals['wait']>> = 'arrived';
  while (!isOver()) {
    if (news === 'gone') {
      yield 'event: gone\ndata: {}\n\n';
      return;
    }
    const rows =
      news === 'arrived'
        ? await readInboxRequests(database.general, inbox.id, last, READ_AT_ONCE)
        : [];
    for (const row of rows) {
      if (isOver()) return;
      const event = eventOf(row, showsSignatures);
      last = row.number;
      requests += 1;
      bytes += event.length;
      heardAt = clock.monotonic();
      yield event;
    }
    if (clock.monotonic() - heardAt >= HEARTBEAT_MS) {
      heardAt = clock.monotonic();
      yield ': heartbeat\n\n';
    }
    if (inbox.kind === 'listen' && clock.monotonic() - notedAt >= NOTE_EVERY_MS) {
      notedAt = clock.monotonic();
      await noteReader(database.general, inbox.id, null);
    }
    news = await arrivals.wait(inbox.id, last, LOOK_EVERY_MS, signal);
  }
}

/** JSON has no line breaks of its own, so it is one line of data. */
function eventOf(row: InboxRequestRow, showsSignatures: boolean): string {
  const data = JSON.stringify(presentInboxRequest(row, showsSignatures));
  return `id: ${row.number}\nevent: request\ndata: ${data}\n\n`;
}
