import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

interface Campaign {
  id: string;
  name: string;
  text: string;
  recipients: string[];
}

/** Put your provider's call here; it answers the id of the message. */
async function sendByWhatsApp(_to: string, _text: string): Promise<{ messageId: string }> {
  return Promise.resolve({ messageId: `wamid.${randomUUID()}` });
}

/** Sends to everybody, tells each message and then the campaign. */
async function sendCampaign({ id, name, text, recipients }: Campaign): Promise<string> {
  // Thousands of messages in a few requests. In memory: what a crash here takes along is each
  // message.sent that has no answer yet; campaign.sent below is published without a buffer.
  const messages = publisher.buffer({
    whenFull: 'wait',
    onLost: (events, error) => console.error(`${events.length} events lost: ${error.message}`),
  });
  for (const contact of recipients) {
    const { messageId } = await sendByWhatsApp(contact, text);
    await messages.add({
      type: 'message.sent',
      idempotencyKey: `sent-${messageId}`,
      data: { contact, body: text, status: 'sent', messageId, campaign: name },
    });
  }
  await messages.close();
  const sent = await publisher.publish({
    type: 'campaign.sent',
    idempotencyKey: `campaign-${id}-sent`,
    data: { name, recipientCount: recipients.length },
  });
  return sent.id;
}

const eventId = await sendCampaign({
  id: randomUUID(),
  name: 'Diwali Offer',
  text: 'Twenty per cent off until Sunday.',
  recipients: Array.from({ length: 25 }, (_, n) => `9198765432${String(n).padStart(2, '0')}`),
});
console.log(eventId);
