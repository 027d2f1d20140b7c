import { type JsonObject, present } from '../json.ts';

/** What a notification teaches about a customer. */
export interface ObservedContact {
  /** Digits, or null for a user who hides the number. At least one of waId and userId is set. */
  waId: string | null;
  userId: string | null;
  /** The profile name; null when the notification told none. */
  name: string | null;
  /** By a message of theirs: only that makes a contact, an echo or a status does not. */
  incoming: boolean;
  /** The WhatsApp id that this person had until now (a change of number). */
  previousWaId?: string;
  /** The user id that this person had until now. */
  previousUserId?: string;
}

/** What the store remembers of a contact. */
export interface KnownContact {
  /** Those of the observed identifiers (contactIdentifiers) that are remembered for this tenant. */
  identifiers: readonly string[];
  name: string | null;
}

/** What follows from an observation of a contact. */
export interface ContactOutcome {
  event: { type: 'contact.created' | 'contact.updated'; data: JsonObject } | null;
  /** To be remembered under each of its identifiers; null when there is nothing to remember. */
  next: KnownContact | null;
  /** Identifiers that are no longer this person's: numbers are given to other people later. */
  forget: readonly string[];
}

/**
 * The identifiers to look a contact up by, the best first. A contact is known when one of them is:
 * a person met by number is not met again when the number gets hidden.
 */
export function contactIdentifiers(observed: ObservedContact): string[] {
  const { previousWaId, previousUserId, waId, userId } = observed;
  const all = [previousWaId, previousUserId, waId, userId].filter((one) => typeof one === 'string');
  return [...new Set(all)];
}

/**
 * Says what an observation changes about a contact. Pure: the same arguments give the same answer.
 *
 * - unseen, by an incoming message → contact.created {name?, waId, userId?, source: 'whatsapp'};
 *   waId is null for a user who hides the number, as `contact` is elsewhere
 * - unseen, by an echo or a status → nothing, and not remembered: the first message is still to come
 * - another profile name → contact.updated {contact, userId?, changedFields: ['name'], name};
 *   an observation without a name changes nothing
 * - another number (a change that WhatsApp announces, or a number where only the user id was known)
 *   → contact.updated {contact: the new one, changedFields: ['contact'], previousContact?}; also
 *   when unseen, as the announcement itself says that there was a contact
 * - another user id (announced) → contact.updated with changedFields ['userId'], previousUserId
 */
export function contactEvents(
  known: KnownContact | null,
  observed: ObservedContact,
): ContactOutcome {
  const { waId, userId, previousWaId, previousUserId } = observed;
  const forget = [previousWaId, previousUserId].filter((one) => typeof one === 'string');
  const announced = forget.length > 0;
  if (known === null && !announced) return observed.incoming ? created(observed) : nothing(null);

  const gotNumber = waId !== null && known !== null && !known.identifiers.includes(waId);
  const changedFields = [
    ...(previousWaId !== undefined || gotNumber ? ['contact'] : []),
    ...(previousUserId === undefined ? [] : ['userId']),
    ...(known !== null && observed.name !== null && observed.name !== known.name ? ['name'] : []),
  ];
  const name = observed.name ?? known?.name ?? null;
  const next = { identifiers: identifiersNow(observed), name };
  if (changedFields.length === 0) return nothing(next);
  const data = present({
    contact: waId,
    userId: userId ?? undefined,
    changedFields,
    name: name ?? undefined,
    previousContact: previousWaId,
    previousUserId,
  });
  return { event: { type: 'contact.updated', data }, next, forget };
}

function created(observed: ObservedContact): ContactOutcome {
  const data = present({
    name: observed.name ?? undefined,
    waId: observed.waId,
    userId: observed.userId ?? undefined,
    source: 'whatsapp',
  });
  return {
    event: { type: 'contact.created', data },
    next: { identifiers: identifiersNow(observed), name: observed.name },
    forget: [],
  };
}

function nothing(next: KnownContact | null): ContactOutcome {
  return { event: null, next, forget: [] };
}

function identifiersNow({ waId, userId }: ObservedContact): string[] {
  return [waId, userId].filter((one) => one !== null);
}
