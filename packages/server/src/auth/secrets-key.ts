import { StartError } from '../base/start-error.ts';
import { SealingError } from '../signing/sealing-error.ts';
import type { Keyring } from '../signing/sealing.ts';
import type { Database } from '../store/database.ts';
import { lockStart } from '../store/installation.ts';
import { resealAll } from '../store/reseal.ts';
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

/**
 * Replaces SECRETS_KEY_PREVIOUS everywhere by SECRETS_KEY. The proof comes last: until then every
 * start asks for both keys.
 *
 * @returns how many secrets were sealed anew
 * @throws SealingError when one opens with neither; what was done until then stays
 */
export async function replaceSecretsKey(database: Database, keyring: Keyring): Promise<number> {
  let count = 0;
  for (const kind of ['webhook', 'source'] as const) {
    count += await resealAll(database.general, kind, keyring.currentKeyId, (row) => {
      const context = `${kind}:${row.id}`;
      const secret = keyring.open({ keyId: row.key_id, sealed: row.sealed }, context);
      return keyring.seal(secret, context).sealed;
    });
  }
  await transaction(database.general, async (client) => {
    await lockStart(client);
    await writeProof(client, keyring);
  });
  return count;
}

async function writeProof(client: Transaction, keyring: Keyring): Promise<void> {
  const { keyId, sealed } = keyring.seal(PROOF, CONTEXT);
  await writeSecretsCheck(client, { key_id: keyId, sealed });
}
