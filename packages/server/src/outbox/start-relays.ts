import { openOutboxDatabase } from '../store/outbox-database.ts';
import { OutboxRelay, type RelayParts } from './relay.ts';

type Parts = Omit<RelayParts, 'outbox' | 'place' | 'holder'> & {
  /** null: the only outbox there may be is in our own database. */
  readonly outboxDatabaseUrl: string | null;
  /** Makes a UUID. */
  readonly randomUuid: () => string;
};

/** Relays the outbox in our own database, as soon as one is installed there, and the CRM's. */
export function startRelays({ outboxDatabaseUrl, randomUuid, ...parts }: Parts): {
  stop: () => Promise<void>;
} {
  const { log } = parts;
  const own = { outbox: parts.database.general, place: 'own', holder: randomUuid() } as const;
  const relays = [new OutboxRelay({ ...parts, ...own })];
  let close = (): Promise<void> => Promise.resolve();
  if (outboxDatabaseUrl !== null) {
    const outbox = openOutboxDatabase(outboxDatabaseUrl, (error) => {
      log.debug(
        { err: error },
        "A connection to the CRM's database broke; the next opens another.",
      );
    });
    relays.push(new OutboxRelay({ ...parts, outbox, place: 'crm', holder: randomUuid() }));
    close = () => outbox.end();
  }
  for (const relay of relays) relay.start();
  return {
    stop: async () => {
      await Promise.all(relays.map((relay) => relay.stop()));
      await close();
    },
  };
}
