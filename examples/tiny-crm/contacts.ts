import { publishInTransaction, viaPg } from '@sydx/sdk';
import { transaction } from './database.ts';
import { tenantId } from './events.ts';

interface Contact {
  name: string;
  tags: string[];
}

/** A customer wrote; whoever does so for the first time becomes a contact. Two events, one commit. */
export async function receiveMessage(message: {
  id: string;
  from: string;
  name: string;
  body: string;
}): Promise<void> {
  const waId = message.from.replaceAll(/\D/g, '');
  await transaction(async (client) => {
    const outbox = viaPg(client);
    const made = await client.query(
      'insert into crm.contacts (wa_id, name) values ($1, $2) on conflict do nothing',
      [waId, message.name],
    );
    if (made.rowCount === 1) {
      await publishInTransaction(outbox, {
        tenantId,
        type: 'contact.created',
        data: { name: message.name, waId, source: 'whatsapp' },
      });
    }
    const stored = await client.query(
      `insert into crm.messages (id, wa_id, direction, body) values ($1, $2, 'in', $3)
       on conflict do nothing`,
      [message.id, waId, message.body],
    );
    // The provider hands a message over twice now and then.
    if (stored.rowCount === 0) return;
    await publishInTransaction(outbox, {
      tenantId,
      type: 'message.received',
      data: {
        contact: waId,
        name: message.name,
        body: message.body,
        type: 'text',
        messageId: message.id,
      },
    });
  });
}

/** Publishes which fields are others than before, with their new values; nothing when none is. */
export async function editContact(waId: string, edited: Contact): Promise<void> {
  await transaction(async (client) => {
    const { rows } = await client.query<Contact>(
      'select name, tags from crm.contacts where wa_id = $1 for update',
      [waId],
    );
    const [before] = rows;
    if (before === undefined) throw new Error('No such contact.');
    const changes: Partial<Contact> = {
      ...(edited.name !== before.name && { name: edited.name }),
      ...(edited.tags.join() !== before.tags.join() && { tags: edited.tags }),
    };
    const changedFields = Object.keys(changes);
    if (changedFields.length === 0) return;
    await client.query('update crm.contacts set name = $2, tags = $3 where wa_id = $1', [
      waId,
      edited.name,
      edited.tags,
    ]);
    await publishInTransaction(viaPg(client), {
      tenantId,
      type: 'contact.updated',
      data: { contact: waId, changedFields, ...changes },
    });
  });
}
