import type { Scope } from '@sydx/contract';

interface CurlSample {
  readonly title: string;
  readonly code: string;
}

const AUTHORIZATION = '-H "Authorization: Bearer $SYDX_API_KEY"';

/**
 * A first request to try a key with. It reads the key from the environment, so that it can be
 * kept and shared without the key.
 *
 * @param origin where the API is, such as https://webhooks.example.com
 */
export function curlSample(scopes: readonly Scope[], origin: string): CurlSample {
  if (scopes.includes('events:write')) {
    const event = {
      type: 'message.received',
      data: { contact: '919876543210', name: 'John Doe', body: 'Hello!', type: 'text' },
    };
    return {
      title: 'Publish a sample event',
      code: [
        `curl -sS ${origin}/v1/events \\`,
        `  ${AUTHORIZATION} \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '${JSON.stringify(event, null, 2).replaceAll('\n', '\n  ')}'`,
      ].join('\n'),
    };
  }
  const noun = scopes.includes('deliveries:read') ? 'deliveries' : 'webhooks';
  return {
    title: `List the latest ${noun}`,
    code: [`curl -sS '${origin}/v1/${noun}?limit=5' \\`, `  ${AUTHORIZATION}`].join('\n'),
  };
}
