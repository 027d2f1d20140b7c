import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

/** One customer's way through a chatbot flow. */
interface FlowRun {
  id: string;
  flow: string;
  contact: string;
  answers: Record<string, string>;
  endedAt: Date;
}

async function tellFlowCompleted(run: FlowRun): Promise<string> {
  const { id } = await publisher.publish({
    type: 'flow.completed',
    timestamp: run.endedAt,
    idempotencyKey: `flow-run-${run.id}`,
    data: { flow: run.flow, contact: run.contact, session: run.answers },
  });
  return id;
}

const eventId = await tellFlowCompleted({
  id: randomUUID(),
  flow: 'Appointment booking',
  contact: '919876543210',
  answers: { service: 'Demo', date: '2026-03-28', time: '15:30' },
  endedAt: new Date(),
});
console.log(eventId);
