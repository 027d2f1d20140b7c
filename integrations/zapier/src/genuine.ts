import type { Bundle, ZObject } from 'zapier-platform-core';
import { ask } from './api.ts';
import { headerOf, type Headers, signaturesHold } from './signatures.ts';

/** What Zapier keeps of a subscription, and hands back with each delivery. */
export interface Subscription {
  /** The webhook, `whk_…`. */
  readonly id: string;
  readonly secret: string;
}

/** As GET /v1/deliveries/{id} answers. */
interface Delivery {
  readonly webhookId?: unknown;
  readonly payload?: unknown;
}

/**
 * Whether a delivery comes from the account: its signatures hold under the secret of the
 * subscription, or else the account itself knows this very delivery. The second is for the time after
 * somebody rotated the secret: Zapier has answered 200 by now, so nothing would be sent again, and a
 * trigger cannot store a new secret.
 *
 * @throws one of Zapier's errors when it takes the account's word and cannot have it
 */
export async function isGenuine(
  z: ZObject,
  bundle: Bundle,
  { id, secret }: Subscription,
): Promise<boolean> {
  const content = bundle.rawRequest?.content ?? '';
  const headers: Headers = bundle.rawRequest?.headers ?? {};
  if (signaturesHold(content, headers, secret)) return true;
  const deliveryId = headerOf(headers, 'x-sydx-delivery') ?? '';
  // Nobody makes us ask for anything else.
  if (!/^dlv_[0-9a-z]{13}$/.test(deliveryId)) return false;
  const path = `/v1/deliveries/${deliveryId}`;
  const delivery = await ask<Delivery>(z, bundle, { path }, { missing: 'is null' });
  return delivery !== null && delivery.webhookId === id && delivery.payload === content;
}
