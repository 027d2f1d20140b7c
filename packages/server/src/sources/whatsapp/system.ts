import type { Envelope } from './envelope.ts';
import { type JsonObject, millisecondsOf, objectOf, present, textOf } from '../json.ts';
import type { Observation } from './observation.ts';
import { digitsOf } from '../digits.ts';
import { observedContact, type Person, personOf, rememberable } from './person.ts';
import { repeatKey } from './repeat-key.ts';

const NUMBER_CHANGES = new Set(['user_changed_number', 'customer_changed_number']);
const USER_ID_CHANGES = new Set(['user_changed_user_id']);
const IDENTITY_CHANGES = new Set(['customer_identity_changed', 'user_identity_changed']);

/**
 * What WhatsApp itself says about a customer; null for a kind that we do not know.
 *
 * - a change of number or of user id teaches only about the contact: contactEvents says what
 *   follows, as the name may have changed with it
 * - a change of identity (a new security code: another phone, maybe another hand) →
 *   contact.updated with changedFields ['identity']. Not message.received: nobody wrote anything,
 *   and a receiver that answers each message would answer this.
 */
export function readSystemMessage(message: JsonObject, envelope: Envelope): Observation | null {
  const system = objectOf(message['system']) ?? {};
  const kind = textOf(system['type']) ?? '';
  const before = personOf(
    { phone: message['from'], userId: message['from_user_id'] },
    envelope.profiles,
    envelope.onePerson,
  );
  const common = {
    phoneNumberId: envelope.phoneNumberId,
    repeatKey: repeatKey(['system', kind], textOf(message['id']), message),
    timestampMs: millisecondsOf(message['timestamp']),
    suppressKey: null,
  };
  if (NUMBER_CHANGES.has(kind) || USER_ID_CHANGES.has(kind)) {
    return { ...common, contact: changedContact(before, system), event: null };
  }
  if (!IDENTITY_CHANGES.has(kind)) return null;
  const data = present({
    contact: before.contact,
    userId: before.userId,
    changedFields: ['identity'],
    name: before.name,
    identity: message['identity'],
    phoneNumberId: envelope.phoneNumberId ?? undefined,
  });
  return {
    ...common,
    contact: observedContact(before, false),
    event: { type: 'contact.updated', data },
  };
}

function changedContact(before: Person, system: JsonObject): Observation['contact'] {
  // new_wa_id is what Graph API versions before 12 called it.
  const waId = digitsOf(system['wa_id']) ?? digitsOf(system['new_wa_id']) ?? before.contact;
  const userId = textOf(system['user_id']) ?? before.userId;
  const contact = observedContact({ contact: waId, userId, name: before.name }, false);
  if (contact === null) return null;
  const previousWaId = rememberable(before.contact);
  const previousUserId = rememberable(textOf(system['previous_user_id']) ?? before.userId);
  return {
    ...contact,
    ...(previousWaId !== null && previousWaId !== contact.waId && { previousWaId }),
    ...(previousUserId !== null && previousUserId !== contact.userId && { previousUserId }),
  };
}
