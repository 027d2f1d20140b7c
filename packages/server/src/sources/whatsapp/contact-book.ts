import type { ContactNames } from '../../store/contacts.ts';
import {
  contactEvents,
  contactIdentifiers,
  type ContactOutcome,
  type ObservedContact,
} from './contact.ts';

/**
 * A tenant's contacts while a notification is read, one observation after the other: what the first
 * teaches, the second knows. Says at the end what has to be written.
 */
export class ContactBook {
  readonly #names: Map<string, string | null>;
  /** To be written. */
  readonly remembered = new Map<string, string | null>();
  /** To be deleted. */
  readonly forgotten = new Set<string>();

  constructor(known: ContactNames) {
    this.#names = new Map(known);
  }

  /** @returns the event that follows from an observation of a contact, if any */
  observe(observed: ObservedContact): ContactOutcome['event'] {
    const identifiers = contactIdentifiers(observed).filter((one) => this.#names.has(one));
    const names = identifiers.map((one) => this.#names.get(one) ?? null);
    const name = names.find((one) => one !== null) ?? null;
    const known = identifiers.length === 0 ? null : { identifiers, name };
    const { event, next, forget } = contactEvents(known, observed);
    for (const identifier of forget) this.#forget(identifier);
    for (const identifier of next?.identifiers ?? []) {
      this.#remember(identifier, next?.name ?? null);
    }
    return event;
  }

  #remember(identifier: string, name: string | null): void {
    this.forgotten.delete(identifier);
    if (this.#names.get(identifier) === name) return;
    this.#names.set(identifier, name);
    this.remembered.set(identifier, name);
  }

  #forget(identifier: string): void {
    this.#names.delete(identifier);
    this.remembered.delete(identifier);
    this.forgotten.add(identifier);
  }
}

/** Whether an observation may make its person a contact: the others only speak of known ones. */
export function mayMakeContact(observed: ObservedContact): boolean {
  const { incoming, previousWaId, previousUserId } = observed;
  return incoming || previousWaId !== undefined || previousUserId !== undefined;
}
