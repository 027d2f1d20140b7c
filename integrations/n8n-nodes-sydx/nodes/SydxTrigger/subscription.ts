import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { callApi, listAll, textOf } from './api.ts';
import { type ConditionRow, filterOf } from './filter.ts';
import { forgetSecret, rotate } from './rotation.ts';

/** What the node keeps of its webhook, in the workflow's static data. */
export interface Subscription {
  readonly webhookId: string;
  readonly secret: string;
}

/** @returns null when the node has none, or n8n has not written it down yet */
export function keptSubscription(context: IHookFunctions | IWebhookFunctions): Subscription | null {
  const { webhookId, secret } = context.getWorkflowStaticData('node');
  if (typeof webhookId !== 'string' || typeof secret !== 'string') return null;
  return { webhookId, secret };
}

export function keep(context: IHookFunctions | IWebhookFunctions, kept: Subscription): void {
  Object.assign(context.getWorkflowStaticData('node'), kept);
}

function forget(context: IHookFunctions): void {
  const data = context.getWorkflowStaticData('node');
  delete data['webhookId'];
  delete data['secret'];
}

/**
 * Whether the webhook of last time is still there. n8n asks at each start: what changed in between,
 * such as n8n's own address, is changed at Sydx AI, so that what waits there for a retry arrives.
 *
 * @throws NodeApiError
 */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
  const kept = keptSubscription(context);
  if (kept === null) return false;
  const path = `/v1/webhooks/${kept.webhookId}`;
  const answer = await callApi(context, 'GET', path, { expect: 404 });
  if (answer.status === 404) {
    forget(context);
    return false;
  }
  const { name: _, ...wanted } = wantedWebhook(context);
  if (!isSame(wanted, answer.body)) await callApi(context, 'PATCH', path, { body: wanted });
  if (!kept.secret.endsWith(textOf(answer, 'secretHint'))) {
    keep(context, { ...kept, secret: await rotate(context, kept.webhookId) });
  }
  return true;
}

/**
 * Subscribes. A webhook that this node made before and n8n forgot, as after a backup was restored, is
 * taken over, or events would come twice.
 *
 * @throws NodeApiError
 */
export async function create(context: IHookFunctions): Promise<void> {
  const wanted = wantedWebhook(context);
  const own = (await listAll(context, '/v1/webhooks')).find(
    ({ integration, url }) => integration === 'n8n' && url === wanted.url,
  );
  if (own === undefined) {
    const body = { ...wanted, integration: 'n8n' };
    const made = await callApi(context, 'POST', '/v1/webhooks', { body });
    keep(context, { webhookId: textOf(made, 'id'), secret: textOf(made, 'secret') });
    return;
  }
  const webhookId = own['id'] as string;
  const body = { ...wanted, enabled: true };
  await callApi(context, 'PATCH', `/v1/webhooks/${webhookId}`, { body });
  keep(context, { webhookId, secret: await rotate(context, webhookId) });
}

/** Unsubscribes. One that somebody deleted already is gone as well. @throws NodeApiError */
export async function remove(context: IHookFunctions): Promise<void> {
  const kept = keptSubscription(context);
  if (kept === null) return;
  await callApi(context, 'DELETE', `/v1/webhooks/${kept.webhookId}`, { expect: 404 });
  forgetSecret(kept.webhookId);
  forget(context);
}

/** The webhook that the node's parameters ask for. @throws NodeOperationError */
function wantedWebhook(context: IHookFunctions) {
  const events = context.getNodeParameter('events', []) as string[];
  if (events.length === 0) {
    throw new NodeOperationError(context.getNode(), 'Choose at least one event.');
  }
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) {
    throw new NodeOperationError(context.getNode(), 'n8n gave the node no webhook URL.');
  }
  const rows = context.getNodeParameter('filter.conditions', []) as ConditionRow[];
  const combine = context.getNodeParameter('combine', 'all') as 'all' | 'any';
  return {
    name: nameOf(context),
    url: new URL(url).href,
    events,
    filter: readFilter(context, rows, combine),
  };
}

function readFilter(context: IHookFunctions, rows: ConditionRow[], combine: 'all' | 'any') {
  try {
    return filterOf(rows, combine);
  } catch (error) {
    throw new NodeOperationError(context.getNode(), error as Error);
  }
}

/** At most 100 characters and no control characters, as the API asks. */
function nameOf(context: IHookFunctions): string {
  const given = context.getNodeParameter('options.name', '') as string;
  const { name = '' } = context.getWorkflow();
  const text = given.trim() === '' ? `n8n: ${name}` : given;
  return Array.from(text.replace(/[\p{Cc}\u2028\u2029]/gu, ' '))
    .slice(0, 100)
    .join('')
    .trim();
}

/** Whether the webhook is as it is wanted. Neither the order of events nor that of names says anything. */
function isSame(wanted: IDataObject, webhook: IDataObject): boolean {
  const settings = ({ url, events, filter }: IDataObject) =>
    JSON.stringify(ordered([url, (events as string[]).toSorted(), filter ?? null]));
  return settings(wanted) === settings(webhook);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, part]) => [name, ordered(part)]);
}
