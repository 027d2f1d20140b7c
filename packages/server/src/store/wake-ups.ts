import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { keepsSession } from './pooler.ts';

const CHANNEL = 'sydx_queue';

export interface Listening {
  stop(): Promise<void>;
}

/** Says to every listening node that the queue holds something due. */
export async function tellQueue(database: Database): Promise<void> {
  await database.general.query(`notify ${CHANNEL}`);
}

/**
 * Listens on a connection of its own until stopped.
 *
 * @param onLost the connection broke: listen anew
 * @returns null where a pooler stands in between: it would take LISTEN and never bring a word
 */
export async function hearQueue(
  database: Database,
  onWake: () => void,
  onLost: () => void,
): Promise<Listening | null> {
  const client: PoolClient = await database.general.connect();
  if (!keepsSession(client)) {
    client.release();
    return null;
  }
  let ended = false;
  const end = (error?: Error): void => {
    if (ended) return;
    ended = true;
    client.release(error ?? true);
  };
  client.on('error', (error) => {
    end(error);
    onLost();
  });
  client.on('notification', onWake);
  try {
    await client.query(`listen ${CHANNEL}`);
  } catch (error) {
    end(error instanceof Error ? error : undefined);
    throw error;
  }
  return {
    stop: () => {
      client.removeAllListeners('notification');
      end();
      return Promise.resolve();
    },
  };
}
