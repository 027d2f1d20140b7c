import { digitsOf } from '../digits.ts';
import { fitted } from '../fit.ts';
import { type JsonObject, objectOf, present, textOf } from '../json.ts';
import type { EventDraft } from './observation.ts';

/** A source's setting: which answer of a flow fills which field of a lead. */
export type LeadFields = Readonly<
  Partial<Record<'name' | 'phone' | 'email' | 'campaign', string | undefined>>
>;

/**
 * The lead that a completed flow captured, when its answers hold a name, a phone or an email under the
 * names that the source says; else null. All answers go along, since a form asks for more than that.
 */
export function leadOf(
  event: EventDraft | null,
  fields: LeadFields | undefined,
): EventDraft | null {
  if (event?.type !== 'flow.completed' || fields === undefined) return null;
  const session = objectOf(event.data['session']) ?? {};
  const answer = (field: string | undefined): string | undefined =>
    field === undefined || !Object.hasOwn(session, field) ? undefined : textOf(session[field]);
  const name = answer(fields.name);
  const phone = digitsOf(answer(fields.phone));
  const email = answer(fields.email);
  if (name === undefined && phone === undefined && email === undefined) return null;
  const { contact, userId, flow } = event.data;
  const campaign = answer(fields.campaign);
  const data: JsonObject = present({
    name,
    phone,
    email,
    source: 'chatbot_flow',
    campaign,
    contact,
    userId,
    flow,
    answers: session,
  });
  return { type: 'lead.captured', data: fitted(data) };
}
