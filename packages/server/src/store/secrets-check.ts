import type { Transaction } from './transaction.ts';

/** The one value that every key of this database must open. */
export interface SecretsCheckRow {
  key_id: string;
  sealed: Buffer;
}

export async function readSecretsCheck(client: Transaction): Promise<SecretsCheckRow | null> {
  const { rows } = await client.query<SecretsCheckRow>(
    'select key_id, sealed from sydx.secrets_check',
  );
  return rows[0] ?? null;
}

export async function writeSecretsCheck(
  client: Transaction,
  { key_id, sealed }: SecretsCheckRow,
): Promise<void> {
  await client.query(
    `insert into sydx.secrets_check (key_id, sealed) values ($1, $2)
    on conflict (singleton) do update set key_id = excluded.key_id, sealed = excluded.sealed`,
    [key_id, sealed],
  );
}
