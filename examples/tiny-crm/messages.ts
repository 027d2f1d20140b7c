import { query } from './database.ts';
import { publisher } from './events.ts';
import { sendByWhatsApp } from './whatsapp.ts';

/**
 * Answers a customer. The message is out of our hands before any commit of ours, so there is no
 * transaction to publish in: over the API, under the message's own id.
 */
export async function sendMessage(waId: string, body: string): Promise<void> {
  const { messageId } = await sendByWhatsApp(waId, body);
  await query(`insert into crm.messages (id, wa_id, direction, body) values ($1, $2, 'out', $3)`, [
    messageId,
    waId,
    body,
  ]);
  await publisher.publish({
    type: 'message.sent',
    idempotencyKey: `sent-${messageId}`,
    data: { contact: waId, body, status: 'sent', messageId },
  });
}
