import type { Log } from '../base/log.ts';
import type { Settings } from '../base/settings.ts';
import type { Keyring } from '../signing/sealing.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import { SYSTEM } from '../store/audit-log.ts';
import type { Database } from '../store/database.ts';
import { countLivingNodes } from '../store/nodes.ts';
import { lockStart } from '../store/installation.ts';
import { transaction } from '../store/transaction.ts';
import { type Generated, type Installation, install } from './first-run.ts';
import { checkSecretsKey, resealSecrets } from './secrets-key.ts';

interface SetUpParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly keyring: Keyring;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  /** Keeps what was made up, before it is committed. */
  readonly onGenerated: (generated: Generated) => Promise<void>;
}

/**
 * What nodes that start at once do one after the other: prove the key, make what is missing.
 *
 * @returns null on a worker, which makes nothing
 * @throws StartError when the key opens nothing, or a key of the settings is somebody else's
 */
export async function setUp(parts: SetUpParts): Promise<Installation | null> {
  const { settings, database, keyring, randomBytes, onGenerated } = parts;
  const { isKeyOld, isAlone, installation } = await transaction(
    database.general,
    async (client) => {
      await lockStart(client);
      const isOld = await checkSecretsKey(client, keyring);
      const alone = (await countLivingNodes(client)) === 0;
      if (settings.role === 'worker')
        return { isKeyOld: isOld, isAlone: alone, installation: null };
      const made = await install({ client, settings, randomBytes });
      if (made.generated !== null) await onGenerated(made.generated);
      return { isKeyOld: isOld, isAlone: alone, installation: made };
    },
  );
  if (isKeyOld) await replaceKey(parts, isAlone);
  return installation;
}

/**
 * Alone, this node seals everything anew at once. Beside others it must not: one that has the old key
 * alone could open nothing of it.
 */
async function replaceKey({ database, keyring, log }: SetUpParts, isAlone: boolean): Promise<void> {
  if (!isAlone) {
    log.info(
      'Secrets are still sealed with SECRETS_KEY_PREVIOUS. Once every node runs with both keys, ' +
        'run: npx sydx secrets reseal',
    );
    return;
  }
  const { resealed, remaining } = await resealSecrets(database, keyring, SYSTEM);
  if (remaining > 0) {
    log.warn(
      { resealed, remaining },
      'Some secrets open with neither SECRETS_KEY nor SECRETS_KEY_PREVIOUS: rotate them, or start ' +
        'with the key that sealed them.',
    );
    return;
  }
  log.info(
    { count: resealed },
    'Secrets are sealed with the new SECRETS_KEY. SECRETS_KEY_PREVIOUS can be left out.',
  );
}
