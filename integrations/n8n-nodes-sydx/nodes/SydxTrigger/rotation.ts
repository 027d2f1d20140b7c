/**
 * What to do about a signature that does not hold. Either it is forged, or somebody rotated the secret at
 * Sydx AI, which shows it nowhere again. The last four characters tell: when they differ from ours, we
 * rotate once more and keep the answer. What was signed in between is answered 503 and comes again five
 * seconds later, signed with the secret that holds then: no event is lost.
 */
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { callApi, textOf } from './api.ts';
import type { Subscription } from './subscription.ts';

/**
 * - `same`: the secret is the one we have, so the request is forged
 * - `gone`: the webhook exists no more, so nobody can have signed for it
 * - `rotated`: it was rotated; `secret` holds now
 */
export type Finding =
  | { readonly kind: 'same' | 'gone' }
  | { readonly kind: 'rotated'; readonly secret: string };

type Context = IHookFunctions | IWebhookFunctions;

/** The sender waits five seconds in all. */
const TIMEOUT_MS = 1_800;
/** A flood of forgeries asks Sydx AI no more often than this. A delivery's retry comes later. */
const TRUSTED_MS = 2_000;

/**
 * By webhook id. n8n hands each request its own copy of what is kept, as it was when the request came:
 * those that came before a rotation was written down find it here, and do not rotate again.
 */
const latest = new Map<string, string>();
const asking = new Map<string, Promise<Finding>>();
const confirmed = new Map<string, { readonly secret: string; readonly atMs: number }>();

/** A new secret, from now on the only one that holds. @throws NodeApiError */
export async function rotate(
  context: Context,
  webhookId: string,
  timeoutMs?: number,
): Promise<string> {
  const path = `/v1/webhooks/${webhookId}/rotate-secret`;
  const answer = await callApi(context, 'POST', path, timeoutMs === undefined ? {} : { timeoutMs });
  const secret = textOf(answer, 'secret');
  latest.set(webhookId, secret);
  return secret;
}

/**
 * Finds out why a signature does not hold. Requests that ask at once share one answer.
 *
 * @throws NodeApiError when Sydx AI cannot be asked: then nobody knows
 */
export async function findOut(context: Context, kept: Subscription): Promise<Finding> {
  const { webhookId, secret } = kept;
  const last = confirmed.get(webhookId);
  if (last?.secret === secret && Date.now() - last.atMs < TRUSTED_MS) return { kind: 'same' };
  let found = asking.get(webhookId);
  if (found === undefined) {
    found = ask(context, kept).finally(() => asking.delete(webhookId));
    asking.set(webhookId, found);
  }
  const finding = await found;
  // Whoever began to ask may have had an older one than this request.
  return finding.kind === 'rotated' && finding.secret === secret ? { kind: 'same' } : finding;
}

/** Nothing is remembered of a webhook that was deleted. */
export function forgetSecret(webhookId: string): void {
  latest.delete(webhookId);
  confirmed.delete(webhookId);
}

async function ask(context: Context, { webhookId, secret }: Subscription): Promise<Finding> {
  const answer = await callApi(context, 'GET', `/v1/webhooks/${webhookId}`, {
    timeoutMs: TIMEOUT_MS,
    expect: 404,
  });
  if (answer.status === 404) return { kind: 'gone' };
  const hint = textOf(answer, 'secretHint');
  if (secret.endsWith(hint)) {
    confirmed.set(webhookId, { secret, atMs: Date.now() });
    return { kind: 'same' };
  }
  const known = latest.get(webhookId);
  if (known?.endsWith(hint)) return { kind: 'rotated', secret: known };
  return { kind: 'rotated', secret: await rotate(context, webhookId, TIMEOUT_MS) };
}
