import { randomUUID } from 'node:crypto';
import { publisher } from './events.ts';

/** The chatbot has asked all its questions. It keeps its sessions in memory, so: over the API. */
export async function completeFlow(
  contact: string,
  flow: string,
  session: Record<string, string>,
): Promise<void> {
  await publisher.publish({
    type: 'flow.completed',
    idempotencyKey: `flow-run-${randomUUID()}`,
    data: { flow, contact, session },
  });
}
