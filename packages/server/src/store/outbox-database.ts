import pg from 'pg';
import { findPooler } from './pooler.ts';

/**
 * A door to the CRM's own PostgreSQL, where an outbox is. Two connections: one for the relay, one so
 * that a look at the state never waits behind it.
 *
 * @param onError hears of connections that broke while idle; the next query opens a new one
 */
export function openOutboxDatabase(url: string, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'sydx-outbox',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: 15_000,
    // The pool waits for it, whatever its types say.
    onConnect: findPooler, // oxlint-disable-line typescript/no-misused-promises
  });
  pool.on('error', onError);
  return pool;
}
