import type { Pool } from 'pg';
import type { Transaction } from './transaction.ts';

/** A transaction that fell asleep must not keep the row from others: see lockRelay. */
const ASLEEP_MS = 5_000;

/**
 * Takes or renews the right to relay an outbox, by this server's clock. By the primary key.
 *
 * @param holder UUID of whoever asks
 * @returns whether it is the holder's now
 */
export async function holdRelay(
  pool: Pool,
  relay: { installation: string; holder: string; leaseSeconds: number },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'hold-relay',
    text: `insert into sydx.outbox_relays as r (installation, holder, until)
      values ($1, $2, clock_timestamp() + make_interval(secs => $3))
      on conflict (installation) do update set holder = excluded.holder, until = excluded.until
        where r.holder = excluded.holder or r.until <= clock_timestamp()`,
    values: [relay.installation, relay.holder, relay.leaseSeconds],
  });
  return rowCount === 1;
}

/** Gives the right up, so that another node needs not wait for its end. */
export async function letRelayGo(
  pool: Pool,
  relay: { installation: string; holder: string },
): Promise<void> {
  await pool.query(
    `update sydx.outbox_relays set until = '-infinity' where installation = $1 and holder = $2`,
    [relay.installation, relay.holder],
  );
}

/**
 * Makes a transaction the only one that publishes from an outbox until it ends, as long as the right to
 * relay is still the holder's.
 */
export async function lockRelay(
  transaction: Transaction,
  relay: { installation: string; holder: string },
): Promise<boolean> {
  const { rowCount } = await transaction.query({
    name: 'lock-relay',
    text: `select set_config('idle_in_transaction_session_timeout', '${ASLEEP_MS}', true)
      from sydx.outbox_relays where installation = $1 and holder = $2 for update`,
    values: [relay.installation, relay.holder],
  });
  return rowCount === 1;
}
