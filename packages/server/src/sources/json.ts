/** A JSON object whose fields are not yet trusted to be of any type. */
export type JsonObject = Record<string, unknown>;

/** The object, or undefined when it is anything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The list, or an empty one when it is anything else. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A non-empty text; a number is spelled out, as ids come both ways; else undefined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The same fields in the same order without those that are undefined. */
export function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const YEAR_9999_SECONDS = 253_402_300_799;

/** WhatsApp's Unix seconds, a string or a number, in milliseconds; null when there is no sense in it. */
export function millisecondsOf(seconds: unknown): number | null {
  const value = typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof value !== 'number' || !(value > 0 && value <= YEAR_9999_SECONDS)) return null;
  return Math.floor(value * 1000);
}
