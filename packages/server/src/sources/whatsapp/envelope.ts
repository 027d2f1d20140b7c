import { digitsOf } from '../digits.ts';
import { profilesOf, type Profile } from './person.ts';
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts';

/** What the messages, echoes and statuses of one `value` share. */
export interface Envelope {
  phoneNumberId: string | null;
  /** The business's own number, digits only. */
  ownNumber: string | undefined;
  profiles: readonly Profile[];
  /** All of its items are about one person, so a single profile can only be theirs. */
  onePerson: boolean;
  /** Errors beside the messages; given only when there is one message that they can be about. */
  errors: unknown[] | undefined;
}

const PERSON_FIELDS = ['from', 'from_user_id', 'to', 'to_user_id', 'recipient_id'] as const;

/** Reads what surrounds the items; never throws. */
export function envelopeOf(value: JsonObject, items: readonly JsonObject[]): Envelope {
  const metadata = objectOf(value['metadata']) ?? {};
  const people = new Set(
    items.map((item) => JSON.stringify(PERSON_FIELDS.map((field) => textOf(item[field])))),
  );
  const errors = listOf(value['errors']);
  return {
    phoneNumberId: textOf(metadata['phone_number_id']) ?? null,
    ownNumber: digitsOf(metadata['display_phone_number']),
    profiles: profilesOf(value['contacts']),
    onePerson: people.size <= 1,
    errors: errors.length > 0 && items.length === 1 ? errors : undefined,
  };
}
