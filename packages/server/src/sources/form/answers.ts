import type { JsonObject } from '../json.ts';
import type { Submission } from './submission.ts';

/** Of a delivered body's 96 KiB: the rest is for the lead's own fields. */
const MAX_BYTES = 64 * 1024;
const MAX_FIELDS = 100;
const MAX_NAME_CHARS = 100;
const MAX_VALUES = 100;
/** As the body's limit: no text is cut before all of them together are too large. */
const LONGEST_TEXT_CHARS = 64 * 1024;
const SHORTEST_TEXT_CHARS = 16;

export interface Answers {
  readonly answers: JsonObject;
  /** Something was cut or left out, so that the lead can be delivered. */
  readonly isTruncated: boolean;
}

/**
 * A form's fields as they came, where they fit, else with their longest texts cut: a form may hold
 * more than can be delivered, since JSON spells some characters with six, and no lead is lost for it.
 */
export function boundedAnswers(fields: Submission): Answers {
  const entries = [...fields]
    .slice(0, MAX_FIELDS)
    .map(([name, value]): [string, unknown] => [cut(name, MAX_NAME_CHARS), value]);
  let isTruncated = fields.size > MAX_FIELDS;
  for (let chars = LONGEST_TEXT_CHARS; ; chars = Math.floor(chars / 2)) {
    const bounded = entries.map(([name, value]): [string, unknown] => [name, bound(value, chars)]);
    // fromEntries defines what it makes: a field named __proto__ is a field like any other.
    const answers = Object.fromEntries<unknown>(bounded);
    if (Buffer.byteLength(JSON.stringify(answers)) <= MAX_BYTES || chars <= SHORTEST_TEXT_CHARS) {
      return { answers, isTruncated };
    }
    isTruncated = true;
  }
}

/** @param chars how long a text, or what else JSON holds, may be */
function bound(value: unknown, chars: number): unknown {
  if (typeof value === 'string') return cut(value, chars);
  if (Array.isArray(value)) {
    const texts = value.slice(0, MAX_VALUES);
    if (texts.every((one) => typeof one === 'string')) {
      const each = Math.floor(chars / Math.max(1, texts.length));
      return texts.map((text) => cut(text, each));
    }
  }
  return JSON.stringify(value).length <= chars ? value : null;
}

/** A surrogate pair is never halved. */
function cut(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(0, chars).toWellFormed();
}
