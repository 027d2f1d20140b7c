import type { CreatedInbox } from '@sydx/contract';
import type { Product } from './product.ts';

/** One that a delivery and a stranger found, and one that nothing did. */
export async function makeInboxes(current: Product): Promise<[used: string, empty: string]> {
  const [used, empty] = [
    await current.call<CreatedInbox>('POST /v1/inboxes', {
      webhook: { events: ['flow.completed'] },
    }),
    await current.call<CreatedInbox>('POST /v1/inboxes', {}),
  ];
  await current.call(`POST /v1/webhooks/${used.webhook?.id}/test`);
  await fetch(`${used.url}?from=a%20stranger`, {
    method: 'PUT',
    headers: { 'content-type': 'text/html', 'x-sydx-delivery': '../../nowhere' },
    body: '<script>alert(1)</script>',
  });
  return [used.id, empty.id];
}
