/**
 * Sources. A kind is a file of source-kinds/, an entry in SOURCE_KINDS and in both unions: what its
 * settings take and what of them is shown.
 * Secrets in settings are write-only: no shape of an answer has a place for them.
 */
import { z } from 'zod';
import { idOf, name, time } from './fields.ts';
import { pageOf } from './page.ts';
import { formKind } from './source-kinds/form.ts';
import { metaLeadsKind } from './source-kinds/meta-leads.ts';
import { whatsappKind } from './source-kinds/whatsapp.ts';

export const SOURCE_KINDS = {
  whatsapp: whatsappKind,
  'meta-leads': metaLeadsKind,
  form: formKind,
} as const;

export type SourceKind = keyof typeof SOURCE_KINDS;
export type SourceSettings<K extends SourceKind = SourceKind> = z.output<
  (typeof SOURCE_KINDS)[K]['settings']
>;

const createOf = <K extends SourceKind, S extends z.ZodType>(
  kind: K,
  { settings }: { readonly settings: S },
) => z.strictObject({ kind: z.literal(kind), name, settings });

export const CreateSource = z
  .discriminatedUnion('kind', [
    createOf('whatsapp', whatsappKind),
    createOf('meta-leads', metaLeadsKind),
    createOf('form', formKind),
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
  lastReceivedAt: time.nullable().meta({
    description: 'When something verified last came in, to the minute; null until then',
  }),
};

const sourceOf = <K extends SourceKind, S extends z.ZodType>(
  kind: K,
  { shown }: { readonly shown: S },
) => z.object({ ...source, kind: z.literal(kind), settings: shown });

export const Source = z
  .discriminatedUnion('kind', [
    sourceOf('whatsapp', whatsappKind),
    sourceOf('meta-leads', metaLeadsKind),
    sourceOf('form', formKind),
  ])
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;
/** The sources of one kind, or of some. */
export type SourceOf<K extends SourceKind> = Extract<Source, { kind: K }>;

export const SourcePage = pageOf('SourcePage', Source);
