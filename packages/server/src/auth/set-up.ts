import type { Log } from '../base/log.ts';
import type { Settings } from '../base/settings.ts';
import type { Keyring } from '../signing/sealing.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import type { Database } from '../store/database.ts';
import { lockStart } from '../store/installation.ts';
import { transaction } from '../store/transaction.ts';
import { type Generated, type Installation, install } from './first-run.ts';
import { checkSecretsKey, replaceSecretsKey } from './secrets-key.ts';

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
  const { settings, database, keyring, randomBytes, log, onGenerated } = parts;
  const { isKeyOld, installation } = await transaction(database.general, async (client) => {
    await lockStart(client);
    const isOld = await checkSecretsKey(client, keyring);
    if (settings.role === 'worker') return { isKeyOld: isOld, installation: null };
    const made = await install({ client, settings, randomBytes });
    if (made.generated !== null) await onGenerated(made.generated);
    return { isKeyOld: isOld, installation: made };
  });
  if (isKeyOld) {
    const count = await replaceSecretsKey(database, keyring);
    log.info(
      { count },
      'Secrets are sealed with the new SECRETS_KEY. Once every node runs with it, ' +
        'SECRETS_KEY_PREVIOUS can be left out.',
    );
  }
  return installation;
}
