import { z } from 'zod';
import type { FieldError } from '../../field-errors.ts';
import { setOf } from '../fields.ts';

/** A setting that no answer shows: stored sealed. */
export const sourceSecret = z.string().min(1, 'must not be empty').max(500);

export const metaId = z
  .string()
  .regex(/^[0-9]{1,32}$/, 'must be an id of Meta, a string of digits');
export const metaIds = setOf(metaId);

/** The name of a field that somebody else chose: an answer of a flow, an input of a form. */
export const foreignField = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** Which foreign field fills which field of lead.captured. */
export const leadFields = z.strictObject({
  name: foreignField.optional(),
  phone: foreignField.optional(),
  email: foreignField.optional(),
  campaign: foreignField.optional(),
});

/**
 * A kind of source, by its settings. A PATCH of them leaves out what stays; null takes away what need
 * not be there.
 *
 * @param id begins the names of its schemas in OpenAPI
 * @param secrets settings that are write-only
 * @param shown settings that answers show
 * @param findContradictions what no single setting shows: settings that do not go together
 */
export function defineSourceKind<Secrets extends z.ZodRawShape, Shown extends z.ZodRawShape>(
  id: string,
  secrets: Secrets,
  shown: Shown,
  findContradictions: (shown: z.output<z.ZodObject<Shown>>) => readonly FieldError[] = () => [],
) {
  const settings = z.strictObject({ ...secrets, ...shown });
  const removable = Object.entries(shown)
    .filter(([, schema]) => schema instanceof z.ZodOptional)
    .map(([name, schema]) => [name, z.nullable(schema)]);
  const settingsPatch: z.ZodType<Record<string, unknown>> = settings
    .partial()
    .extend(Object.fromEntries(removable) as z.ZodRawShape);
  const shownSettings = z.object(shown).meta({ id: `${id}SettingsShown` });
  return {
    settings: settings.meta({ id: `${id}Settings` }),
    settingsPatch,
    shown: shownSettings,
    /** @param stored shown settings as they are to be */
    contradictionsOf: (stored: unknown) => findContradictions(shownSettings.parse(stored)),
  };
}
