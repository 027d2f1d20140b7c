import { StartError } from '../base/start-error.ts';
import { SealingError } from '../signing/sealing-error.ts';
import type { Keyring } from '../signing/sealing.ts';
import { type Actor, changesBetween, writeAudit } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import { lockStart } from '../store/installation.ts';
import {
  awaitSealers,
  countSealedOtherwise,
  type Resealed,
  resealAll,
  type SealedKind,
  type SealedRow,
} from '../store/reseal.ts';
import { readSecretsCheck, writeSecretsCheck } from '../store/secrets-check.ts';
import { type Transaction, transaction } from '../store/transaction.ts';

const CONTEXT = 'secrets_check';
const PROOF = 'This database was sealed with the key that opens this.';

/**
 * Refuses a key that opens nothing here, before it seals anything: with two keys in one database
 * nobody could tell later which secrets are lost.
 *
 * @param client a transaction that holds the lock of starts
 * @returns whether an older key still has to be replaced by the present one
 * @throws StartError
 */
export async function checkSecretsKey(client: Transaction, keyring: Keyring): Promise<boolean> {
  const row = await readSecretsCheck(client);
  if (row === null) {
    await writeProof(client, keyring);
    return false;
  }
  try {
    keyring.open({ keyId: row.key_id, sealed: row.sealed }, CONTEXT);
  } catch (cause) {
    if (!(cause instanceof SealingError)) throw cause;
    throw new StartError(
      'SECRETS_KEY is not the key that this database was sealed with, so it would open none of its ' +
        'secrets. Set SECRETS_KEY to that key (without DATABASE_URL it is in the file secrets-key of ' +
        'DATA_DIR), or set SECRETS_KEY_PREVIOUS to it when the key was changed on purpose.',
      { cause },
    );
  }
  return row.key_id !== keyring.currentKeyId;
}

/** What came of sealing anew. */
export interface Resealing {
  /** Which key they are sealed with now: 16 hex characters that tell nothing about it. */
  readonly keyId: string;
  readonly resealed: number;
  /** Sealed with another key even now: by a node that has the other key as its SECRETS_KEY, or unreadable. */
  readonly remaining: number;
  /** Of these, what no key of this node opens. */
  readonly unreadable: number;
}

/**
 * Seals with the present key whatever another key sealed. Deliveries go on meanwhile: nodes open both.
 * The proof comes last, once nothing remains: until then every start asks for both keys.
 *
 * @param by who asked for it, for the audit log
 */
export async function resealSecrets(
  database: Pick<Database, 'general'>,
  keyring: Keyring,
  by: Actor,
): Promise<Resealing> {
  const keyId = keyring.currentKeyId;
  const pool = database.general;
  const passThrough = async () => ({
    webhooks: await resealAll(pool, 'webhook', keyId, resealer(keyring, 'webhook')),
    sources: await resealAll(pool, 'source', keyId, resealer(keyring, 'source')),
  });
  const first = await passThrough();
  // What was sealed just before the key changed, and committed behind the first pass.
  await awaitSealers(pool);
  const second = await passThrough();
  const remaining = await countSealedOtherwise(pool, keyId);
  const resealed =
    first.webhooks.resealed +
    first.sources.resealed +
    second.webhooks.resealed +
    second.sources.resealed;
  const unreadable = second.webhooks.unreadable + second.sources.unreadable;
  await transaction(pool, async (client) => {
    await lockStart(client);
    if (remaining === 0) await writeProof(client, keyring);
    await writeAudit(client, by, {
      tenantNo: null,
      action: 'secrets.resealed',
      object: { kind: 'secrets', id: keyId, name: null },
      changes: changesBetween(null, { resealed, remaining }),
    });
  });
  return { keyId, resealed, remaining, unreadable };
}

function resealer(keyring: Keyring, kind: SealedKind): (row: SealedRow) => Resealed | null {
  return ({ id, key_id: keyId, sealed }) => {
    const context = `${kind}:${id}`;
    try {
      return keyring.seal(keyring.open({ keyId, sealed }, context), context);
    } catch (error) {
      // Counted and told; the others must not wait for one that is lost.
      if (error instanceof SealingError) return null;
      throw error;
    }
  };
}

async function writeProof(client: Transaction, keyring: Keyring): Promise<void> {
  const { keyId, sealed } = keyring.seal(PROOF, CONTEXT);
  await writeSecretsCheck(client, { key_id: keyId, sealed });
}
