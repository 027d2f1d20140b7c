import type { Pool } from 'pg';
import type { Transaction } from './transaction.ts';

export interface Registered {
  id: string;
  /** PostgreSQL's clock, milliseconds since 1970. */
  nowMs: number;
}

const NOW_MS = 'extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs"';

/** @param leaseSeconds how long the node counts as alive without another word from it */
export async function registerNode(
  pool: Pool,
  role: string,
  host: string,
  leaseSeconds: number,
): Promise<Registered> {
  const { rows } = await pool.query<Registered>(
    `insert into sydx.nodes (role, host, until)
     values ($1, $2, clock_timestamp() + make_interval(secs => $3)) returning id, ${NOW_MS}`,
    [role, host, leaseSeconds],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('Registering the node answered no row.');
  return row;
}

/** Renews the lease. @returns PostgreSQL's clock, or null when the node was declared dead */
export async function renewLease(
  pool: Pool,
  nodeId: string,
  leaseSeconds: number,
): Promise<number | null> {
  const { rows } = await pool.query<{ nowMs: number }>({
    name: 'renew-lease',
    text: `update sydx.nodes set until = clock_timestamp() + make_interval(secs => $2)
      where id = $1 returning ${NOW_MS}`,
    values: [nodeId, leaseSeconds],
  });
  return rows[0]?.nowMs ?? null;
}

/** Says that this node works with settings up to a version. */
export async function confirmSettings(pool: Pool, nodeId: string, version: string): Promise<void> {
  await pool.query('update sydx.nodes set settings_version = $2 where id = $1', [nodeId, version]);
}

/** @returns how many living nodes have not confirmed a version yet */
export async function countNodesBehind(pool: Pool, version: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from sydx.nodes
     where until > clock_timestamp() and settings_version < $1`,
    [version],
  );
  return rows[0]?.count ?? 0;
}

/** @returns how many nodes are alive */
export async function countLivingNodes(client: Pool | Transaction): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from sydx.nodes where until > clock_timestamp()',
  );
  return rows[0]?.count ?? 0;
}

/** Group numbers that PostgreSQL says this node holds. */
export async function groupsOfNode(pool: Pool, nodeId: string): Promise<string[]> {
  const { rows } = await pool.query<{ number: string }>(
    'select number from sydx.inflight where node_id = $1',
    [nodeId],
  );
  return rows.map((row) => row.number);
}
