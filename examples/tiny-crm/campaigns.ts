import { query } from './database.ts';
import { messageBuffer, publisher } from './events.ts';
import { sendByWhatsApp } from './whatsapp.ts';

/** Sends a text to every contact, and tells when it went out and when it is through. */
export async function sendCampaign(name: string, text: string): Promise<void> {
  const [campaign] = await query<{ id: number }>(
    'insert into crm.campaigns (name, text) values ($1, $2) returning id',
    [name, text],
  );
  const contacts = await query<{ wa_id: string }>('select wa_id from crm.contacts');
  let failed = 0;
  for (const { wa_id: contact } of contacts) {
    try {
      const { messageId } = await sendByWhatsApp(contact, text);
      await messageBuffer.add({
        type: 'message.sent',
        idempotencyKey: `sent-${messageId}`,
        data: { contact, body: text, status: 'sent', messageId, campaign: name },
      });
    } catch (error) {
      console.error(error);
      failed += 1;
    }
  }
  await publisher.publish({
    type: 'campaign.sent',
    idempotencyKey: `campaign-${campaign?.id}-sent`,
    data: { name, recipientCount: contacts.length },
  });
  // A real provider reports each message's fate in the hours that follow; ours is quick.
  const stats = { success: contacts.length - failed, failed };
  await query('update crm.campaigns set success = $2, failed = $3 where id = $1', [
    campaign?.id,
    stats.success,
    stats.failed,
  ]);
  await publisher.publish({
    type: 'campaign.completed',
    idempotencyKey: `campaign-${campaign?.id}-completed`,
    data: { name, stats },
  });
}
