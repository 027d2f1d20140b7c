import { randomBytes } from 'node:crypto';
import { LIMITS, PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import { makeSecret } from '../../api/webhooks/secret.ts';
import type { App } from '../../app.ts';
import { apiKeyHint, generateApiKey, hashApiKey } from '../../auth/api-key.ts';
import { COMMAND_LINE } from '../../store/audit-log.ts';
import { changeWebhook } from '../../store/change-webhook.ts';
import { createWebhook } from '../../store/create-webhook.ts';
import { installApiKey, revokeApiKeysNamed } from '../../store/installation.ts';
import { transaction } from '../../store/transaction.ts';
import { listWebhooks } from '../../store/webhooks.ts';
import { CommandError } from '../errors.ts';

/** The name of the demo's webhook and key: a later demo takes over what an earlier one left. */
const NAME = 'npm start -- --demo';

export interface DemoWires {
  readonly secret: string;
  /** Publishes events of the tenant until the demo ends. */
  readonly apiKey: string;
  /** Disables the webhook and ends the key. */
  cut(): Promise<void>;
}

/**
 * Leads every event of a tenant to the demo's receiver.
 *
 * @throws CommandError when the tenant has no room for another webhook
 */
export async function wireDemo(app: App, tenantNo: number, url: string): Promise<DemoWires> {
  const pool = app.database.general;
  const events = [...PUBLISHABLE_EVENT_TYPES];
  const { secret, seal } = makeSecret({ keyring: app.keyring, randomBytes });
  const known = (await listWebhooks(pool, tenantNo, LIMITS.webhooksPerTenant, null)).find(
    (webhook) => webhook.name === NAME,
  );
  const wired =
    known === undefined
      ? await createWebhook(
          pool,
          { tenantNo, name: NAME, url, events, seal },
          LIMITS.webhooksPerTenant,
          COMMAND_LINE,
        )
      : await changeWebhook(
          pool,
          tenantNo,
          known.id,
          { url, events, enabled: true, secret: seal(known.id) },
          COMMAND_LINE,
        );
  if (wired === null) {
    throw new CommandError(
      `The tenant has ${LIMITS.webhooksPerTenant} webhooks already: delete one for the demo.`,
    );
  }
  await app.engine.settingsChanged(wired.version);

  const apiKey = generateApiKey(randomBytes);
  await transaction(pool, (client) =>
    installApiKey(client, {
      tenantNo,
      name: NAME,
      hash: hashApiKey(apiKey),
      hint: apiKeyHint(apiKey),
      scopes: ['events:write'],
    }),
  );
  const { id } = wired.webhook;
  return {
    secret,
    apiKey,
    cut: async () => {
      await changeWebhook(pool, tenantNo, id, { enabled: false }, COMMAND_LINE);
      await transaction(pool, (client) => revokeApiKeysNamed(client, tenantNo, NAME));
    },
  };
}
