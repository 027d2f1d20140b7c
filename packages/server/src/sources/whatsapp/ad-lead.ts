import { fingerprint } from '../../base/fingerprint.ts';
import { fitted } from '../fit.ts';
import { objectOf, present, textOf } from '../json.ts';
import type { EventDraft } from './observation.ts';

/** An ad hardly runs for longer: whoever comes by it again after that is a lead again. */
export const AD_LEAD_DAYS = 400;

/** A lead by an ad, and the key under which it is one once. */
export interface AdLead {
  readonly draft: EventDraft;
  /** 32 hex digits, of this contact and this ad of this tenant. */
  readonly mark: string;
}

/**
 * The lead that a message captured when an ad led the person to the chat (Meta's "click to WhatsApp"),
 * else null. The ad's words go along as WhatsApp gives them, in `referral`.
 */
export function adLeadOf(event: EventDraft | null, tenantNo: number): AdLead | null {
  if (event?.type !== 'message.received') return null;
  const { contact, userId, name, messageId, phoneNumberId } = event.data;
  const referral = objectOf(event.data['referral']);
  const person = textOf(contact) ?? textOf(userId);
  if (referral?.['source_type'] !== 'ad' || person === undefined) return null;
  const adId = textOf(referral['source_id']);
  const clickId = textOf(referral['ctwa_clid']);
  const ad = adId ?? textOf(referral['source_url']) ?? '';
  const data = present({
    name,
    phone: textOf(contact),
    source: 'facebook_ad',
    campaign: textOf(referral['headline']) ?? adId,
    contact,
    userId,
    adId,
    clickId,
    referral,
    messageId,
    phoneNumberId,
  });
  return {
    draft: { type: 'lead.captured', data: fitted(data) },
    mark: fingerprint(String(tenantNo), 'whatsapp-ad', person, ad),
  };
}
