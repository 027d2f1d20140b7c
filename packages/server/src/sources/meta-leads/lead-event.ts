import type { AnnouncedLead } from '../../store/meta-leads.ts';
import { fitted } from '../fit.ts';
import { type JsonObject, listOf, millisecondsOf, objectOf, present, textOf } from '../json.ts';
import { phoneOf } from '../phone.ts';
import { metaIdOf } from './read.ts';

/** lead.captured, as it is published. */
export interface LeadEvent {
  /** Unix milliseconds: when the person sent the form; null when nobody said. */
  readonly timestampMs: number | null;
  readonly data: JsonObject;
}

/**
 * lead.captured of what the Graph API knows of a lead. Name, phone and email have their own fields;
 * `answers` holds all others of the form by their names, in its order: a text, a list where the person
 * chose several, null where none.
 *
 * @param lead the Graph API's object, as parseLenient gives it
 * @param announced what the notification said; fills in where the token may not see the ad
 */
export function leadEvent(lead: JsonObject, announced: AnnouncedLead): LeadEvent {
  const answers = answersOf(lead['field_data']);
  const take = (...names: string[]): string | undefined => {
    for (const name of names) {
      const text = firstText(answers.get(name));
      if (text === undefined) continue;
      answers.delete(name);
      return text;
    }
    return undefined;
  };
  const name =
    take('full_name') ?? textOf([take('first_name'), take('last_name')].filter(Boolean).join(' '));
  const phone = phoneOf(take('phone_number', 'work_phone_number'));
  const email = take('email', 'work_email');
  const adId = metaIdOf(lead['ad_id']) ?? announced.adId ?? undefined;
  const formId = metaIdOf(lead['form_id']) ?? announced.formId ?? undefined;
  const campaignId = metaIdOf(lead['campaign_id']) ?? undefined;
  const adName = textOf(lead['ad_name']);
  const campaignName = textOf(lead['campaign_name']);
  const data = present({
    name,
    phone,
    email,
    source: 'facebook_ad',
    // The best name there is: what an ad belongs to is shown only to tokens that may see ads.
    campaign: campaignName ?? adName ?? campaignId ?? adId ?? formId,
    leadId: announced.leadgenId,
    pageId: announced.pageId ?? undefined,
    formId,
    adId,
    adName,
    adsetId: metaIdOf(lead['adset_id']) ?? undefined,
    adsetName: textOf(lead['adset_name']),
    campaignId,
    campaignName,
    platform: textOf(lead['platform']),
    isOrganic: typeof lead['is_organic'] === 'boolean' ? lead['is_organic'] : undefined,
    answers: Object.fromEntries(answers),
    disclaimers: Array.isArray(lead['custom_disclaimer_responses'])
      ? lead['custom_disclaimer_responses']
      : undefined,
  });
  return {
    timestampMs: timeOf(lead['created_time']) ?? announced.submittedMs,
    data: fitted(data),
  };
}

function answersOf(fieldData: unknown): Map<string, unknown> {
  const answers = new Map<string, unknown>();
  for (const field of listOf(fieldData).map((one) => objectOf(one) ?? {})) {
    const name = textOf(field['name']);
    if (name === undefined) continue;
    const values = listOf(field['values']);
    answers.set(name, values.length > 1 ? values : (values[0] ?? null));
  }
  return answers;
}

function firstText(answer: unknown): string | undefined {
  return textOf(Array.isArray(answer) ? answer[0] : answer);
}

/** Meta writes 2018-02-28T08:49:14+0000, whose offset lacks the colon of ISO 8601's extended form. */
function timeOf(created: unknown): number | null {
  if (typeof created !== 'string') return millisecondsOf(created);
  const time = Date.parse(created.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) || time <= 0 ? millisecondsOf(created) : time;
}
