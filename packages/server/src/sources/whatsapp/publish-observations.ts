import { fingerprint, sentMessageMark } from '../../base/fingerprint.ts';
import type { Clock } from '../../base/clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { deliveredBody } from '../../exact/index.ts';
import { holdContacts, keepContacts } from '../../store/contacts.ts';
import { sqlState } from '../../store/database.ts';
import { takeFirstSeen } from '../../store/first-seen.ts';
import type { NewEvent } from '../../store/publish-events.ts';
import type { SourceTenant } from '../../store/sources.ts';
import type { Transaction } from '../../store/transaction.ts';
import { AD_LEAD_DAYS, type AdLead, adLeadOf } from './ad-lead.ts';
import { contactIdentifiers } from './contact.ts';
import { ContactBook, mayMakeContact } from './contact-book.ts';
import type { JsonObject } from '../json.ts';
import { type LeadFields, leadOf } from './lead.ts';
import type { Observation } from './observation.ts';

interface Parts {
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly clock: Pick<Clock, 'now'>;
}

interface Circumstances {
  readonly tenant: SourceTenant;
  /** The source's; undefined when its flows make no leads. */
  readonly leadFields: LeadFields | undefined;
  readonly nowMs: number;
}

/** Each becomes three events at most (no message is both a flow's and an ad's), and an API request takes 1,000. */
const OBSERVATIONS_PER_TRANSACTION = 300;
const MAX_TRIES = 5;
/** Deadlock and serialization failure: the other transaction won; this one sees its work next time. */
const TRY_AGAIN = new Set(['40P01', '40001']);

/**
 * Publishes what is new among the observations about one tenant, together with what they teach about
 * contacts. A long list takes several transactions: when one fails after others were committed, the
 * sender repeats the whole and only what is missing is published.
 *
 * @param leadFields the source's, when its flows make leads
 *
 * @throws ShuttingDown or the driver's error; then the sender has to send again
 */
export async function publishObservations(
  { engine, clock }: Parts,
  tenant: SourceTenant,
  observations: readonly Observation[],
  leadFields?: LeadFields,
): Promise<void> {
  for (let from = 0; from < observations.length; from += OBSERVATIONS_PER_TRANSACTION) {
    const some = observations.slice(from, from + OBSERVATIONS_PER_TRANSACTION);
    await retried(() =>
      engine.publishWith((transaction) =>
        newEvents(transaction, { tenant, leadFields, nowMs: clock.now() }, some),
      ),
    );
  }
}

async function retried(publish: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await publish();
      return;
    } catch (error) {
      if (tries >= MAX_TRIES || !TRY_AGAIN.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/**
 * Locks are taken in one order by everybody, keys before contacts and each by its own order: two
 * notifications about the same people wait for each other.
 */
async function newEvents(
  transaction: Transaction,
  { tenant, leadFields, nowMs }: Circumstances,
  observations: readonly Observation[],
): Promise<NewEvent[]> {
  const keyed = observations.map((observation) => ({
    observation,
    ...keysOf(tenant, observation),
  }));
  const firstSeen = await takeFirstSeen(
    transaction,
    keyed.flatMap(({ seen, sent }) => (sent === null ? [seen] : [seen, sent])),
  );
  // delete: the second of two equal ones in the same notification is a repeat as well.
  const fresh = keyed.filter(({ seen }) => firstSeen.delete(seen));
  const adLeads = fresh.map(({ observation }) => adLeadOf(observation.event, tenant.no));
  const newAds = await takeNewAds(transaction, adLeads);
  const book = await openBook(transaction, tenant, fresh);
  const events: NewEvent[] = [];
  for (const [at, { observation, sent }] of fresh.entries()) {
    const { contact, event, timestampMs } = observation;
    const timestamp = new Date(timestampMs ?? nowMs).toISOString();
    const about = contact === null ? null : book.observe(contact);
    if (about !== null) events.push(newEvent(tenant, timestamp, about));
    // Somebody announced this very message before: most likely the CRM that sent it.
    const isAnnounced = sent !== null && !firstSeen.has(sent);
    if (event !== null && !isAnnounced) events.push(newEvent(tenant, timestamp, event));
    const lead = leadOf(event, leadFields);
    if (lead !== null) events.push(newEvent(tenant, timestamp, lead));
    const adLead = adLeads[at] ?? null;
    if (adLead !== null && newAds.delete(adLead.mark)) {
      events.push(newEvent(tenant, timestamp, adLead.draft));
    }
  }
  await keepContacts(transaction, tenant.no, book.remembered, book.forgotten);
  return events;
}

/** Which people nobody saw coming by which ad: after the other keys, so that all lock in one order. */
async function takeNewAds(
  transaction: Transaction,
  adLeads: readonly (AdLead | null)[],
): Promise<Set<string>> {
  const marks = adLeads.flatMap((lead) => lead?.mark ?? []);
  return marks.length === 0 ? new Set() : await takeFirstSeen(transaction, marks, AD_LEAD_DAYS);
}

function keysOf({ no }: SourceTenant, { repeatKey, suppressKey }: Observation) {
  return {
    seen: fingerprint(String(no), 'whatsapp', repeatKey),
    sent: suppressKey === null ? null : sentMessageMark(no, suppressKey),
  };
}

async function openBook(
  transaction: Transaction,
  tenant: SourceTenant,
  fresh: readonly { observation: Observation }[],
): Promise<ContactBook> {
  const contacts = fresh.flatMap(({ observation: { contact } }) => contact ?? []);
  const identifiers = new Set(contacts.flatMap(contactIdentifiers));
  const newcomers = new Set(contacts.filter(mayMakeContact).flatMap(contactIdentifiers));
  return new ContactBook(
    await holdContacts(transaction, tenant.no, [...identifiers], [...newcomers]),
  );
}

function newEvent(
  tenant: SourceTenant,
  timestamp: string,
  { type, data }: { type: string; data: JsonObject },
): NewEvent {
  const made = deliveredBody({ type, timestamp, tenantId: tenant.id, data });
  // fit.ts and parseLenient keep within the limits whatever came.
  if (!made.ok) throw new Error(`An event of a source is not deliverable: ${made.code}.`);
  return { tenantNo: tenant.no, type, body: made.body };
}
