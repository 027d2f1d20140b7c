import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import { type ApiContext, listAll } from './api.ts';

/** An event type as GET /v1/event-types tells it. */
export interface EventType {
  readonly type: string;
  readonly description: string;
  readonly subscribable: boolean;
  readonly sample: IDataObject;
}

/**
 * The types that a webhook may subscribe to: the built-in ones and those that were registered.
 *
 * @throws NodeApiError
 */
export async function subscribableTypes(context: ApiContext): Promise<EventType[]> {
  const all = (await listAll(context, '/v1/event-types')) as unknown as EventType[];
  return all.filter(({ subscribable }) => subscribable);
}

/** The choices of the node's Events. @throws NodeApiError */
export async function eventChoices(context: ApiContext): Promise<INodePropertyOptions[]> {
  const types = await subscribableTypes(context);
  return types.map(({ type, description }) => ({ name: type, value: type, description }));
}
