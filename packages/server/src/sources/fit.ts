import { LIMITS } from '@sydx/contract';
import type { JsonObject } from './json.ts';

/**
 * What an event's data may weigh: contract.md's 96 KiB for the delivered body, less a kibibyte for
 * event, timestamp and tenantId around it.
 */
const MAX_DATA_BYTES = LIMITS.deliveredBodyBytes - 1024;
/** No field is cut below this: all the texts of an event, so cut, fit together. */
const MIN_FIELD_BYTES = 6 * 1024;

/**
 * The data itself where it fits, else a copy in which the largest fields are cut (texts, as little
 * as needed) or emptied (objects and lists), named in `truncated`. A source never loses an event
 * to validation. Takes data no deeper than JSON.stringify can walk.
 */
export function fitted(data: JsonObject): JsonObject {
  if (bytesOf(data) <= MAX_DATA_BYTES) return data;
  const bySize = Object.keys(data).toSorted((a, b) => bytesOf(data[b]) - bytesOf(data[a]));
  const kept: JsonObject = { ...data, truncated: [] };
  const truncated: string[] = [];
  for (const field of bySize) {
    if (bytesOf(kept) <= MAX_DATA_BYTES) break;
    truncated.push(field);
    kept['truncated'] = truncated;
    const excess = bytesOf(kept) - MAX_DATA_BYTES;
    kept[field] = shortened(kept[field], Math.max(bytesOf(kept[field]) - excess, MIN_FIELD_BYTES));
  }
  return kept;
}

function shortened(value: unknown, maxBytes: number): unknown {
  if (typeof value === 'string') return shortenedText(value, maxBytes);
  if (Array.isArray(value)) return [];
  return typeof value === 'object' && value !== null ? {} : value;
}

function shortenedText(text: string, maxBytes: number): string {
  let kept = text;
  for (let bytes = bytesOf(kept); bytes > maxBytes; bytes = bytesOf(kept)) {
    // By proportion first; where the bytes lie unevenly, in small steps after it.
    const share = Math.min(maxBytes / bytes, 0.98);
    kept = kept.slice(0, Math.floor(kept.length * share)).toWellFormed();
  }
  return kept;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
