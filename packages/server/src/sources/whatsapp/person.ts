import type { ObservedContact } from './contact.ts';
import { digitsOf } from '../digits.ts';
import { listOf, objectOf, textOf } from '../json.ts';

/** An entry of a notification's `contacts`. */
export interface Profile {
  waId: string | undefined;
  userId: string | undefined;
  name: string | undefined;
}

/** The customer that a message, echo or status is about. */
export interface Person {
  /** Digits; null for a user who hides the number. What is not a number passes as it came. */
  contact: string | null;
  /** WhatsApp's business-scoped user id. */
  userId: string | undefined;
  name: string | undefined;
}

/** A business-scoped user id such as US.13491208655302741918, never a phone number. */
const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9.]+$/;
/** Longer than any WhatsApp id; what is longer is passed on but not remembered. */
const MAX_IDENTIFIER_CHARS = 128;
const MAX_NAME_CHARS = 512;

/** The notification's `contacts`; a username stands in for a missing name, as Meta advises. */
export function profilesOf(contacts: unknown): Profile[] {
  return listOf(contacts).flatMap((value) => {
    const contact = objectOf(value);
    if (contact === undefined) return [];
    const profile = objectOf(contact['profile']) ?? {};
    return {
      waId: digitsOf(contact['wa_id']),
      userId: textOf(contact['user_id']),
      name: textOf(profile['name']) ?? textOf(profile['username']),
    };
  });
}

/**
 * The person with this number and user id, as far as they are given, completed from the profile
 * that has one of them. `onePerson` lets a single profile speak even when neither fits: for some
 * countries WhatsApp spells `wa_id` and `from` differently.
 */
export function personOf(
  given: { phone: unknown; userId: unknown },
  profiles: readonly Profile[],
  onePerson: boolean,
): Person {
  const spelled = digitsOf(given.phone);
  const hidden = spelled !== undefined && USER_ID.test(spelled);
  const phone = hidden ? undefined : spelled;
  const userId = textOf(given.userId) ?? (hidden ? spelled : undefined);
  const profile =
    profiles.find((one) => phone !== undefined && one.waId === phone) ??
    profiles.find((one) => userId !== undefined && one.userId === userId) ??
    (onePerson && profiles.length === 1 ? profiles[0] : undefined);
  return {
    contact: phone ?? profile?.waId ?? null,
    userId: userId ?? profile?.userId,
    name: profile?.name,
  };
}

/** What there is to remember of this person; null when no identifier is fit to be kept. */
export function observedContact(person: Person, incoming: boolean): ObservedContact | null {
  const waId = rememberable(person.contact);
  const userId = rememberable(person.userId);
  if (waId === null && userId === null) return null;
  return { waId, userId, name: rememberedName(person.name), incoming };
}

/** An identifier that a database column and an index take; else null. */
export function rememberable(identifier: string | null | undefined): string | null {
  if (identifier === null || identifier === undefined) return null;
  const fits = identifier.length <= MAX_IDENTIFIER_CHARS && identifier.isWellFormed();
  return fits && !/\p{Cc}/u.test(identifier) ? identifier : null;
}

// PostgreSQL's text refuses NUL, and a name is compared with the stored one: clean it once, here.
function rememberedName(name: string | undefined): string | null {
  const clean = name?.replaceAll('\0', '').slice(0, MAX_NAME_CHARS).toWellFormed();
  return clean === undefined || clean === '' ? null : clean;
}
