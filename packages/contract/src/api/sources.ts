/**
 * Sources. A kind is one entry in SOURCE_KINDS: what its settings take and what of them is shown.
 * Secrets in settings are write-only: no shape of an answer has a place for them.
 */
import { z } from 'zod';
import { idOf, name, setOf, tenantId, time } from './fields.ts';
import { pageOf } from './page.ts';

const secret = z.string().min(1, 'must not be empty').max(500);
const metaId = z.string().regex(/^[0-9]{1,32}$/, 'must be an id of Meta, a string of digits');
const metaIds = setOf(metaId);
const foreignField = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const whatsappShown = {
  /** Notifications about other numbers publish nothing; absent, all do. */
  phoneNumberIds: metaIds.optional(),
  /** Which answer of a flow fills which field of lead.captured; absent, flows make no leads. */
  leadFields: z
    .strictObject({
      name: foreignField.optional(),
      phone: foreignField.optional(),
      email: foreignField.optional(),
      campaign: foreignField.optional(),
    })
    .optional(),
  /** For an operator's source: phone number id → tenant, as one app posts all to one URL. */
  routes: z.record(metaId, tenantId).optional(),
};

const whatsappSettings = z
  .strictObject({ verifyToken: secret, appSecret: secret, ...whatsappShown })
  .meta({ id: 'WhatsappSettings' });

export const SOURCE_KINDS = {
  whatsapp: {
    settings: whatsappSettings,
    /** PATCH: fields that are left out stay as they are; null takes a list or a mapping away. */
    settingsPatch: whatsappSettings.partial().extend({
      phoneNumberIds: whatsappShown.phoneNumberIds.nullable(),
      leadFields: whatsappShown.leadFields.nullable(),
    }),
    shown: z.object(whatsappShown).meta({ id: 'WhatsappSettingsShown' }),
  },
} as const;

export type SourceKind = keyof typeof SOURCE_KINDS;
export type SourceSettings<K extends SourceKind = SourceKind> = z.output<
  (typeof SOURCE_KINDS)[K]['settings']
>;

export const CreateSource = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('whatsapp'),
      name,
      settings: SOURCE_KINDS.whatsapp.settings,
    }),
  ])
  .meta({ id: 'CreateSource' });
export type CreateSource = z.output<typeof CreateSource>;

/** `settings` is judged by the kind of the source that it meets: SOURCE_KINDS[kind].settingsPatch. */
export const PatchSource = z
  .strictObject({
    name: name.optional(),
    settings: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'PatchSource' });
export type PatchSource = z.output<typeof PatchSource>;

const source = {
  id: idOf('src'),
  name: z.string(),
  url: z.string().meta({ description: 'What to enter at the sending side' }),
  createdAt: time,
  updatedAt: time,
};

export const Source = z
  .discriminatedUnion('kind', [
    z.object({
      ...source,
      kind: z.literal('whatsapp'),
      settings: SOURCE_KINDS.whatsapp.shown,
    }),
  ])
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;

export const SourcePage = pageOf('SourcePage', Source);
