import { createPublisher } from '@sydx/sdk';

/** The account that this CRM serves; a real one has many. */
export const tenantId = process.env.SYDX_TENANT ?? 'tiny-crm';

/** Over the API: for what happens outside of the database. */
export const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
  onRetry: ({ number, delayMs, error }) =>
    console.error(`retry ${number} in ${Math.round(delayMs)} ms: ${error.message}`),
});

/**
 * In memory, for the many messages of a campaign. A crash takes along what has no answer yet, which
 * this CRM can bear for these and for nothing else.
 */
export const messageBuffer = publisher.buffer({
  whenFull: 'wait',
  onLost: (events, error) => {
    for (const { idempotencyKey } of events) console.error(`${idempotencyKey}: ${error.message}`);
  },
});

/** Publishes what is under way, and takes nothing more. */
export async function closeEvents(): Promise<void> {
  await messageBuffer.close();
  await publisher.close();
}
