import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type Clock, DatabaseClock } from '../../src/base/clock.ts';
import { startRelays } from '../../src/outbox/start-relays.ts';
import { startTestEngine, type TestEngine } from '../kit/engine.ts';

export interface RelayingNode extends TestEngine {
  /** What the relays logged, a line of JSON each. */
  readonly logged: () => string;
}

/** A node that relays: the outbox in its own database if there is one, and the CRM's. */
export async function startRelayingNode(
  url: string,
  outboxDatabaseUrl: string | null,
  clock: Clock = new DatabaseClock(Date.now()),
): Promise<RelayingNode> {
  const node = await startTestEngine(url);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const relays = startRelays({
    database: node.database,
    engine: node.engine,
    clock,
    log,
    metrics: node.metrics,
    retentionDays: 30,
    outboxDatabaseUrl,
    randomUuid: randomUUID,
  });
  return {
    ...node,
    logged: () => lines.join(''),
    stop: async () => {
      await relays.stop();
      await node.stop();
    },
  };
}
