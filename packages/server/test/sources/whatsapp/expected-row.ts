/** What a fixture must become, and the values that most fixtures share. */
export interface Row {
  type: 'message.received' | 'message.sent' | 'flow.completed' | 'contact.updated' | null;
  data?: Record<string, unknown>;
  /** Unix milliseconds. */
  at?: number;
  /** What it teaches about the contact, where that is more than the event tells. */
  contact?: Record<string, unknown>;
}

export const person = {
  contact: '972987654321',
  userId: 'US.13491208655302741918',
  name: 'Test Name',
};
export const phoneNumberId = '1122334455667';

/** message.received of the fixtures' usual person. */
export function received(at: number, data: Record<string, unknown>): Row {
  return { type: 'message.received', at, data: { ...person, phoneNumberId, ...data } };
}

/** message.sent to the fixtures' usual person. */
export function sent(at: number, data: Record<string, unknown>): Row {
  return {
    type: 'message.sent',
    at,
    data: { ...person, status: 'sent', phoneNumberId, ...data },
  };
}

/** Most fixtures have this id. */
export const messageId = 'wamid.xyzxyz';
