import { normaliseTimestamp } from '../api/timestamp.ts';

/**
 * The formats that are judged. In JSON Schema a format may be a mere remark; here the known ones hold
 * and others are refused when a schema is registered, so that nobody relies on what nobody looks at.
 */
const FORMATS = {
  'date-time': {
    words: 'an ISO 8601 time with Z or an offset, like 2026-03-25T08:22:50.254Z',
    fits: (text: string) => normaliseTimestamp(text) !== null,
  },
  date: {
    words: 'a date like 2026-03-25',
    fits: (text: string) =>
      /^\d{4}-\d{2}-\d{2}$/.test(text) && normaliseTimestamp(`${text}T00:00:00Z`) !== null,
  },
  email: {
    words: 'an email address',
    fits: (text: string) => text.length <= 320 && isEmail(text),
  },
  uri: { words: 'a URL like https://example.com/', fits: isUri },
  uuid: {
    words: 'a UUID',
    fits: (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  },
} as const;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

export function isFormat(name: unknown): name is Format {
  return typeof name === 'string' && Object.hasOwn(FORMATS, name);
}

/** Each costs time in proportion to the text's length. */
export function fitsFormat(format: Format, text: string): boolean {
  return FORMATS[format].fits(text);
}

export function formatInWords(format: Format): string {
  return FORMATS[format].words;
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  return (
    at > 0 &&
    at <= 64 &&
    !/[\s@]/.test(text.slice(0, at)) &&
    domain.length <= 255 &&
    domain.split('.').every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label))
  );
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && URL.canParse(text);
}
