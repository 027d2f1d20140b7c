import { z } from 'zod';
import type { FieldError } from '../../field-errors.ts';
import { LIMITS } from '../../limits.ts';
import { setOf } from '../fields.ts';
import { defineSourceKind, foreignField, leadFields } from './kind.ts';

/** Entries of allowedOrigins that are no origin. */
export const ANY_ORIGIN = '*';
/** What a browser sends for a page that hides where it is: a file, a sandboxed frame, no-referrer. */
export const OPAQUE_ORIGIN = 'null';
/** What has no header Origin: servers, curl. */
export const NO_ORIGIN = 'no-origin';

/** The form's field that only robots fill, unless the source names another. */
export const HONEYPOT_FIELD = '_gotcha';

const WORDS: readonly string[] = [ANY_ORIGIN, OPAQUE_ORIGIN, NO_ORIGIN];

/** As browsers spell it (RFC 6454): scheme, host and the port where it is not the scheme's own. */
const allowedOrigin = z
  .string()
  .max(LIMITS.urlCharacters)
  .refine((text) => WORDS.includes(text) || isWebOrigin(text), {
    message:
      'must be an origin like https://www.example.com, without a path or a slash at its end, ' +
      'or one of *, null and no-origin',
  });

function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  // A star is no wildcard here, and a browser's origin has none.
  const isPlain = !text.includes('*') && url?.origin === text;
  return isPlain && /^https?:$/.test(url.protocol);
}

const redirectUrl = z
  .string()
  .max(LIMITS.urlCharacters)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters')
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    message: 'must be a whole https address',
  })
  .refine((text) => isWithoutUser(text), { message: 'must not hold a user name or password' })
  // As browsers send it: a header holds neither é nor an emoji.
  .overwrite((text) => URL.parse(text)?.href ?? text)
  .max(LIMITS.urlCharacters);

function isWithoutUser(text: string): boolean {
  const url = URL.parse(text);
  return url === null || (url.username === '' && url.password === '');
}

const perMinute = z.int().min(1, 'must be at least 1').max(10_000, 'must be at most 10000');

/**
 * HTML forms and scripts of web sites, recognised by their origin. An origin is no secret and no
 * signature: it keeps other sites' visitors out, and the limits keep floods out.
 */
export const formKind = defineSourceKind(
  'Form',
  {},
  {
    allowedOrigins: setOf(allowedOrigin).max(50, 'must name at most 50'),
    /** Which field of the form fills which field of lead.captured; all others are its answers. */
    fields: leadFields.refine(({ name, phone, email }) => Boolean(name ?? phone ?? email), {
      message: 'must say which field is the name, the phone or the email',
    }),
    /** Where a browser goes after a plain form was taken; absent, it sees a page that says thanks. */
    redirectUrl: redirectUrl.optional(),
    /** The field that people don't see: whoever fills it is a robot. */
    honeypot: foreignField.optional(),
    limits: z
      .strictObject({ perMinute: perMinute.optional(), perNetworkPerMinute: perMinute.optional() })
      .optional(),
  },
  ({ redirectUrl: target, allowedOrigins }): readonly FieldError[] => {
    if (target === undefined || target.startsWith('https:')) return [];
    if (allowedOrigins.includes(new URL(target).origin)) return [];
    return [
      {
        pointer: '/settings/redirectUrl',
        detail: 'must be an https address, or lead to one of allowedOrigins',
      },
    ];
  },
);
