import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

/** A WhatsApp message as the CRM's own provider hands it over. */
interface InboundMessage {
  id: string;
  from: string;
  profileName: string;
  kind: 'text' | 'image' | 'location';
  text: string;
  receivedAt: Date;
}

async function tellMessageReceived(message: InboundMessage): Promise<string> {
  const { id } = await publisher.publish({
    type: 'message.received',
    timestamp: message.receivedAt,
    // A provider that hands a message over twice publishes it once.
    idempotencyKey: `received-${message.id}`,
    data: {
      // Digits alone: the API refuses + and spaces.
      contact: message.from.replaceAll(/\D/g, ''),
      name: message.profileName,
      body: message.text,
      type: message.kind,
      messageId: message.id,
    },
  });
  return id;
}

const eventId = await tellMessageReceived({
  id: `wamid.${randomUUID()}`,
  from: '+91 98765 43210',
  profileName: 'John Doe',
  kind: 'text',
  text: "Hello, I'm interested in your product",
  receivedAt: new Date(),
});
console.log(eventId);
