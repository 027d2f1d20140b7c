import type { Envelope } from './envelope.ts';
import { type JsonObject, millisecondsOf, present, textOf } from '../json.ts';
import type { ItemReading } from './observation.ts';
import { observedContact, type Person, personOf, rememberable } from './person.ts';
import { repeatKey } from './repeat-key.ts';

/** What becomes of a message after it was sent: no event tells it, and nothing is wrong. */
const SILENT = new Set(['delivered', 'read', 'played', 'failed', 'deleted', 'warning']);

/** The status of a message that the business sent: `sent` → message.sent, once per message id. */
export function readStatus(item: JsonObject, envelope: Envelope): ItemReading {
  const status = textOf(item['status']) ?? 'unknown';
  if (SILENT.has(status)) return { observation: null, unknown: null };
  if (status !== 'sent') {
    return { observation: null, unknown: { kind: `status ${status}`, why: 'no event for it' } };
  }
  const id = textOf(item['id']);
  const toGroup = item['recipient_type'] === 'group';
  const person = toGroup ? NOBODY : recipientOf(item, envelope);
  const data = present({
    contact: person.contact,
    userId: person.userId,
    name: person.name,
    status,
    messageId: id,
    groupId: toGroup ? textOf(item['recipient_id']) : undefined,
    // The business's own mark on the message, given back by WhatsApp.
    callbackData: textOf(item['biz_opaque_callback_data']),
    phoneNumberId: envelope.phoneNumberId ?? undefined,
  });
  return {
    observation: {
      phoneNumberId: envelope.phoneNumberId,
      repeatKey: repeatKey(['message.sent'], id, item),
      timestampMs: millisecondsOf(item['timestamp']),
      contact: observedContact(person, false),
      event: { type: 'message.sent', data },
      suppressKey: rememberable(id),
    },
    unknown: null,
  };
}

// A group's message has one id and many recipients: its one event is about the group.
const NOBODY: Person = { contact: null, userId: undefined, name: undefined };

function recipientOf(item: JsonObject, envelope: Envelope): Person {
  const given = { phone: item['recipient_id'], userId: item['recipient_user_id'] };
  return personOf(given, envelope.profiles, envelope.onePerson);
}
