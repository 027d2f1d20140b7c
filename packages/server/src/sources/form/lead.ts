import { HONEYPOT_FIELD, LIMITS, type SourceSettings } from '@sydx/contract';
import { type JsonObject, present, textOf } from '../json.ts';
import { boundedAnswers } from './answers.ts';
import { phoneOf } from '../phone.ts';
import type { Submission } from './submission.ts';

/** Fields of a form that say something about the submission and are no answers. */
const ID_FIELD = '_id';
const PAGE_FIELD = '_page';
const REFERRER_FIELD = '_referrer';
/** Filled by browsers where a form has it (HTML standard, constructing the entry list). */
const CHARSET_FIELD = '_charset_';

const MAX_TEXT_CHARS = 500;

export type FormSettings = SourceSettings<'form'>;

/** A submission, its answers apart from what is said about it. */
export interface FormReading {
  /** A robot filled what people don't see. */
  readonly isRobot: boolean;
  /** No field says anything. */
  readonly isEmpty: boolean;
  /** The page's own id of this submission, which a repeat has as well. */
  readonly submissionId: string | undefined;
  /** All answers, to tell whether two submissions are equal. */
  readonly answers: Submission;
  /** Of lead.captured. */
  readonly data: JsonObject;
}

/**
 * Reads lead.captured out of a submission: the mapped fields by their meaning, all others as answers.
 *
 * @param form the source's name
 * @param referer the request's header: where the page was, as far as the browser tells
 */
export function readLead(
  submission: Submission,
  settings: FormSettings,
  form: string,
  referer: string | undefined,
): FormReading {
  const answers: Submission = new Map(submission);
  const about = (field: string): string | undefined => {
    const text = textOf(firstOf(answers.get(field)))?.trim();
    answers.delete(field);
    return text === '' ? undefined : text?.slice(0, LIMITS.urlCharacters).toWellFormed();
  };
  const isRobot = about(settings.honeypot ?? HONEYPOT_FIELD) !== undefined;
  const submissionId = about(ID_FIELD);
  const page = webAddress(about(PAGE_FIELD)) ?? webAddress(referer);
  const referrer = webAddress(about(REFERRER_FIELD));
  about(CHARSET_FIELD);

  const rest: Submission = new Map(answers);
  const { name, phone, email, campaign } = settings.fields;
  const lead = {
    name: take(rest, name),
    phone: phoneOf(take(rest, phone)),
    email: take(rest, email),
    source: 'web_form',
    campaign: take(rest, campaign),
    form,
    page,
    referrer,
  };
  const bounded = boundedAnswers(rest);
  return {
    isRobot,
    isEmpty: [...answers.values()].every((value) => isBlank(value)),
    submissionId,
    answers,
    data: present({
      ...lead,
      answers: bounded.answers,
      truncated: bounded.isTruncated ? ['answers'] : undefined,
    }),
  };
}

/** The text of a mapped field, on one line; what is no text, or several, stays an answer as well. */
function take(rest: Submission, field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const value = rest.get(field);
  const text = textOf(firstOf(value))
    ?.replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (typeof value !== 'object') {
    // A text too long for a name is still an answer.
    if (text === undefined || text.length <= MAX_TEXT_CHARS) rest.delete(field);
  }
  return text === undefined || text === ''
    ? undefined
    : text.slice(0, MAX_TEXT_CHARS).toWellFormed();
}

/** Of a field that came more than once, the first that says something. */
function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value.find((one) => !isBlank(one)) : value;
}

function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.every((one) => isBlank(one));
  return value === null || value === undefined;
}

function webAddress(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb ? url.href.slice(0, LIMITS.urlCharacters) : undefined;
}
