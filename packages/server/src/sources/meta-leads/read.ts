import type { AnnouncedLead } from '../../store/meta-leads.ts';
import { type JsonObject, listOf, millisecondsOf, objectOf, textOf } from '../json.ts';

export interface LeadNotification {
  /** In the notification's order. */
  readonly leads: readonly AnnouncedLead[];
  /** What we do not know, one sentence a kind. */
  readonly unknown: readonly string[];
}

const META_ID = /^[0-9]{1,32}$/;
const MAX_KINDS = 50;

/**
 * Reads a notification of a page: `entry[]` → `changes[]` with the field `leadgen`. Takes the body as
 * parseLenient gives it: an id that Meta sends as a number has all of its digits. Pure, and never
 * throws: whatever it cannot read it names in `unknown`.
 */
export function readLeadNotification(notification: unknown): LeadNotification {
  const root = objectOf(notification);
  const unknown = new Set<string>();
  const leads: AnnouncedLead[] = [];
  if (root?.['object'] !== 'page') {
    return { leads, unknown: [`${shortened(textOf(root?.['object']))} is not page`] };
  }
  for (const entry of listOf(root['entry']).map((one) => objectOf(one) ?? {})) {
    for (const change of listOf(entry['changes']).map((one) => objectOf(one) ?? {})) {
      const read = readChange(entry, change);
      if (typeof read !== 'string') leads.push(read);
      else if (unknown.size < MAX_KINDS) unknown.add(read);
    }
  }
  if (leads.length === 0 && unknown.size === 0) unknown.add('a notification without changes');
  return { leads, unknown: [...unknown] };
}

function readChange(entry: JsonObject, change: JsonObject): AnnouncedLead | string {
  const field = textOf(change['field']);
  if (field !== 'leadgen') return `no event for the field ${shortened(field)}`;
  const value = objectOf(change['value']) ?? {};
  const leadgenId = metaIdOf(value['leadgen_id']);
  if (leadgenId === null) return 'a lead without leadgen_id';
  return {
    leadgenId,
    pageId: metaIdOf(value['page_id']) ?? metaIdOf(entry['id']),
    formId: metaIdOf(value['form_id']),
    // adgroup_id is what Meta called an ad once.
    adId: metaIdOf(value['ad_id']) ?? metaIdOf(value['adgroup_id']),
    submittedMs: millisecondsOf(value['created_time']),
  };
}

/** An id of Meta, a string or a number; null for what is none. */
export function metaIdOf(value: unknown): string | null {
  // A number this large would be spelled with an exponent.
  const spelled =
    typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : textOf(value);
  return spelled !== undefined && META_ID.test(spelled) ? spelled : null;
}

function shortened(text: string | undefined): string {
  return text === undefined ? 'without a name' : text.slice(0, 100);
}
