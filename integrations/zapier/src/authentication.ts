import type { Authentication, Bundle, ZObject } from 'zapier-platform-core';
import { ask } from './api.ts';

/** Asks for one thing of each scope that triggers need. The connection is named by what it returns. */
async function test(z: ZObject, bundle: Bundle): Promise<{ host: string }> {
  const limit = { limit: '1' };
  const webhooks = await ask<{ data?: unknown }>(z, bundle, {
    path: '/v1/webhooks',
    params: limit,
  });
  if (!Array.isArray(webhooks?.data)) {
    throw new z.errors.Error(
      'This address does not answer as Sydx AI does. Enter it as your browser shows it.',
      'InvalidBaseUrl',
      422,
    );
  }
  await ask(z, bundle, { path: '/v1/events', params: limit });
  return { host: new URL(bundle.authData['baseUrl'] ?? '').host };
}

export const authentication = {
  type: 'custom',
  customConfig: {},
  test,
  connectionLabel: '{{host}}',
  fields: [
    {
      key: 'baseUrl',
      label: 'Address',
      type: 'string',
      required: true,
      placeholder: 'https://crm.example.com',
      helpText: 'Where your Outbound Webhooks are, as your browser shows it.',
    },
    {
      key: 'apiKey',
      label: 'API Key',
      type: 'password',
      required: true,
      helpText:
        'Settings → API keys → Create API Key, with the scopes `webhooks:admin` and `deliveries:read`.',
    },
  ],
} satisfies Authentication;
