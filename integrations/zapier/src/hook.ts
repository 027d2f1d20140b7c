import type { Bundle, ZObject } from 'zapier-platform-core';
import { ask } from './api.ts';
import { isGenuine, type Subscription } from './genuine.ts';
import { headerOf } from './signatures.ts';
import type { ZapEvent } from './zap-event.ts';

/** As GET /v1/events answers. */
/**
 * A page that looked for a rare type may be empty and not the last: so many are asked for, each of 50,000
 * events, before a sample does. Zapier waits 30 s.
 */
const MOST_PAGES = 10;

interface AcceptedEvents {
  readonly data: readonly (Omit<ZapEvent, 'event'> & { readonly type: string })[];
  readonly nextCursor: string | null;
}

/** Makes the webhook of a Zap that is turned on. The secret is shown this once, and Zapier keeps it. */
export async function subscribe(
  z: ZObject,
  bundle: Bundle,
  webhook: { readonly name: string; readonly events: readonly string[] },
): Promise<Subscription> {
  const created = await ask<Subscription>(z, bundle, {
    method: 'POST',
    path: '/v1/webhooks',
    body: { ...webhook, url: bundle.targetUrl, integration: 'zapier' },
  });
  if (created === null) throw new z.errors.Error('No webhook was made.', 'ApiError', 404);
  return { id: created.id, secret: created.secret };
}

/** Deletes the webhook of a Zap that is turned off; one that somebody deleted before is fine. */
export async function unsubscribe(z: ZObject, bundle: Bundle): Promise<{ id: string }> {
  const { id } = subscriptionOf(z, bundle);
  const path = `/v1/webhooks/${encodeURIComponent(id)}`;
  await ask(z, bundle, { method: 'DELETE', path }, { missing: 'is null' });
  return { id };
}

/**
 * What a delivery starts the Zap with: its event; nothing for a test.ping, which an admin sends by
 * pressing Test.
 *
 * @throws HaltedError for what does not come from the account: the Zap's history says so, and Zapier
 * does not count it as a failure of the Zap, which anybody could then turn off
 */
export async function receive(z: ZObject, bundle: Bundle): Promise<ZapEvent[]> {
  if (!(await isGenuine(z, bundle, subscriptionOf(z, bundle)))) {
    throw new z.errors.HaltedError(
      'Not from Sydx AI: the signature does not match, and your account knows no such delivery.',
    );
  }
  const { content = '', headers = {} } = bundle.rawRequest ?? {};
  const body = JSON.parse(content) as Omit<ZapEvent, 'id'>;
  if (body.event === 'test.ping') return [];
  return [{ id: headerOf(headers, 'webhook-id') ?? '', ...body }];
}

/** The newest events that were accepted, newest first, in the shape in which a Zap gets them. */
export async function recentEvents(
  z: ZObject,
  bundle: Bundle,
  query: Readonly<Record<string, string>>,
): Promise<ZapEvent[]> {
  let page: AcceptedEvents | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const cursor: string | null = page?.nextCursor ?? null;
    const params: typeof query = cursor === null ? query : { ...query, cursor };
    page = await ask<AcceptedEvents>(z, bundle, { path: '/v1/events', params });
    if (page === null || page.data.length > 0 || page.nextCursor === null) break;
  }
  return (page?.data ?? []).map(({ id, type, timestamp, tenantId, data }) => ({
    id,
    event: type,
    timestamp,
    tenantId,
    data,
  }));
}

function subscriptionOf(z: ZObject, { subscribeData }: Bundle): Subscription {
  const { id, secret } = (subscribeData ?? {}) as Partial<Subscription>;
  if (typeof id !== 'string' || typeof secret !== 'string') {
    throw new z.errors.Error(
      'This Zap has no subscription any more. Turn it off and on again.',
      'NoSubscription',
      409,
    );
  }
  return { id, secret };
}
