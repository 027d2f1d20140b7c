import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

/** Put your provider's call here; it answers the id of the message. */
async function sendByWhatsApp(to: string, text: string): Promise<{ messageId: string }> {
  console.error(`to ${to}: ${text}`);
  return Promise.resolve({ messageId: `wamid.${randomUUID()}` });
}

async function sendMessage(contact: string, body: string): Promise<string> {
  const { messageId } = await sendByWhatsApp(contact, body);
  // Under the message's own id: WhatsApp's status "sent" of the same message adds no second event.
  const { id } = await publisher.publish({
    type: 'message.sent',
    idempotencyKey: `sent-${messageId}`,
    data: { contact, body, status: 'sent', messageId },
  });
  return id;
}

console.log(await sendMessage('919876543210', 'Thank you, our team will call you today.'));
