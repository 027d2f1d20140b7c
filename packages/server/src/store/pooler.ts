import type { ClientBase, QueryConfig } from 'pg';

/** How long the question at the beginning of a connection may take. */
const PATIENCE_MS = 5_000;

const pooled = new WeakSet<ClientBase>();

/**
 * Finds out whether a pooler such as PgBouncer stands between a new connection and PostgreSQL, and if so
 * gives up what belongs to a session: the next statement may run on another one.
 *
 * A pooler hands out keys for cancelling of its own, since one client has many servers; PostgreSQL's key
 * begins with the pid of the server itself. So a key with another number is a pooler's, whichever it is
 * and however it is set up, and no operator has to say so.
 *
 * - A prepared statement belongs to a session (PgBouncer keeps them apart only from 1.21 on, and where it
 *   was told to): statements go out without their names and are planned each time.
 * - LISTEN and SET are for the caller to leave out: see {@link keepsSession}.
 *
 * @throws the driver's error when the connection breaks or says nothing
 */
export async function findPooler(client: ClientBase): Promise<void> {
  const question: QueryConfig & { query_timeout: number } = {
    text: 'select pg_backend_pid() as pid',
    query_timeout: PATIENCE_MS,
  };
  const { rows } = await client.query<{ pid: number }>(question);
  // The driver keeps it for cancelling; its types don't tell.
  const { processID } = client as ClientBase & { processID: number };
  if (rows[0]?.pid === processID) return;
  pooled.add(client);
  const query = client.query.bind(client) as (config: unknown, ...rest: unknown[]) => unknown;
  const unnamed = (config: unknown, ...rest: unknown[]): unknown =>
    query(withoutName(config), ...rest);
  client.query = unnamed as typeof client.query;
}

/** Whether what one statement leaves behind in its session (SET, LISTEN) is there for the next. */
export function keepsSession(client: ClientBase): boolean {
  return !pooled.has(client);
}

function withoutName(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || !('name' in config)) return config;
  const { name: _, ...rest } = config;
  return rest;
}
