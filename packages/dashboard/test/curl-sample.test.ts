import { checkEventData, EVENT_TYPES, type Scope, SCOPES } from '@sydx/contract';
import { describe, expect, it } from 'vitest';
import { curlSample } from '../src/pages/api-keys/curl-sample.ts';

const ORIGIN = 'https://webhooks.example.com';

describe('the curl sample of a new API key', () => {
  it.each(SCOPES.map((scope) => [scope] as [Scope]))(
    'reads the key from an environment variable: %s',
    (scope) => {
      const { code } = curlSample([scope], ORIGIN);
      expect(code).toContain('"Authorization: Bearer $SYDX_API_KEY"');
      expect(code).toContain(`${ORIGIN}/v1/`);
    },
  );

  it('publishes an event that the contract accepts, where the key may publish', () => {
    const { code } = curlSample(['deliveries:read', 'events:write'], ORIGIN);
    const { type, data } = JSON.parse(/-d '([^']+)'/.exec(code)?.[1] ?? '');
    expect(EVENT_TYPES).toContain(type);
    expect(checkEventData(type, data)).toEqual([]);
  });

  it('only reads, where the key may only read', () => {
    expect(curlSample(['deliveries:read'], ORIGIN).code).toContain('/v1/deliveries?limit=5');
    expect(curlSample(['webhooks:admin'], ORIGIN).code).toContain('/v1/webhooks?limit=5');
  });
});
