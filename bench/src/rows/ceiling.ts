import type { Load } from '../load.ts';
import type { Receiver } from '../receiver.ts';
import type { Remote } from '../remote.ts';

const CONNECTIONS = 100;

/**
 * What the machine can do at all: bodies built, signed and posted with nothing stored.
 *
 * @returns requests per second
 * @throws Error when the receiver counted another number than the load
 */
export async function measureCeiling(parts: {
  load: Remote<Load>;
  receiver: Remote<Receiver>;
  origin: string;
  seconds: number;
  warmUpSeconds: number;
}): Promise<number> {
  const { load, receiver, origin } = parts;
  await receiver.ask('reset', { notes: false });
  await load.ask('ceiling', { origin, connections: CONNECTIONS, seconds: parts.warmUpSeconds });
  await receiver.ask('reset', { notes: false });
  const sent = { origin, connections: CONNECTIONS, seconds: parts.seconds };
  const { requests, seconds } = await load.ask('ceiling', sent);
  const received = await receiver.ask('count', null);
  if (received !== requests) {
    throw new Error(`The ceiling sent ${requests} requests and ${received} arrived.`);
  }
  return requests / seconds;
}
