import type { AttemptResult } from '../../engine/ports.ts';
import { parseLenient } from '../../exact/index.ts';
import type { LeadTrouble } from '../../store/meta-leads.ts';
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts';

/** What an answer of the Graph API means for the lead that was asked for, and for its source. */
export type Verdict =
  | { readonly kind: 'lead'; readonly lead: JsonObject }
  /** The lead is not there, or not yet. */
  | { readonly kind: 'not_found'; readonly trouble: LeadTrouble }
  /** Asking again changes nothing before somebody changes something at Meta. */
  | { readonly kind: 'refused'; readonly trouble: LeadTrouble }
  /** Nothing can be fetched with this token. */
  | { readonly kind: 'token_refused'; readonly trouble: LeadTrouble }
  /** @property waitSeconds what Meta asked for; null when it did not say */
  | {
      readonly kind: 'rate_limited';
      readonly trouble: LeadTrouble;
      readonly waitSeconds: number | null;
    }
  /** Meta is away, or has trouble of its own. */
  | { readonly kind: 'away'; readonly trouble: LeadTrouble }
  /** The app takes no token without the proof that we know its secret. */
  | { readonly kind: 'proof_required'; readonly trouble: LeadTrouble };

/** developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting */
const TOKEN_CODES = new Set([102, 190, 2500]);
const RATE_CODES = new Set([4, 17, 32, 341, 368, 613]);
const AWAY_CODES = new Set([1, 2]);
const MISSING_SUBCODE = 33;
const MISSING_CODES = new Set([803]);
const MAX_DETAIL_CHARS = 500;

/**
 * Judges an answer. Pure, and never throws.
 *
 * @param token is struck out of what Meta says: it quotes malformed ones
 */
export function judgeAnswer(result: AttemptResult, token: string): Verdict {
  const { statusCode, error } = result;
  if (statusCode === null)
    return away('unreachable', `Meta could not be reached (${error ?? 'internal'}).`);
  const parsed = parseLenient(result.responseBody?.toString('utf8') ?? '');
  const body = parsed.ok ? objectOf(parsed.value) : undefined;
  const problem = objectOf(body?.['error']);
  if (problem !== undefined) return judgeProblem(problem, result, token);
  if (statusCode === 429) {
    const trouble = { code: 'rate_limited', detail: 'Meta answered 429.' } as const;
    return { kind: 'rate_limited', trouble, waitSeconds: askedWait(result) };
  }
  if (statusCode < 200 || statusCode > 299) {
    return away('graph_failed', `Meta answered ${statusCode}.`);
  }
  if (body === undefined || !Array.isArray(body['field_data'])) {
    return away('unreadable', 'Meta answered something that is no lead.');
  }
  return { kind: 'lead', lead: body };
}

function judgeProblem(problem: JsonObject, result: AttemptResult, token: string): Verdict {
  const code = Number(problem['code']);
  const subcode = Number(problem['error_subcode']);
  const message = textOf(problem['message']) ?? textOf(problem['error_user_msg']) ?? 'no message';
  const numbers = [`code ${code}`, ...(subcode > 0 ? [`subcode ${subcode}`] : [])].join(', ');
  const detail = `Meta: ${printable(message, token)} (${numbers})`;
  const { statusCode } = result;
  if (code === 100 && /appsecret_proof/i.test(message)) {
    const isWrong = /invalid/i.test(message);
    const trouble = { code: 'token_refused', detail } as const;
    return isWrong ? { kind: 'token_refused', trouble } : { kind: 'proof_required', trouble };
  }
  if (TOKEN_CODES.has(code)) {
    return { kind: 'token_refused', trouble: { code: 'token_refused', detail } };
  }
  // 80000 to 80014 are the limits of business use cases, 80005 that of leads.
  if (statusCode === 429 || RATE_CODES.has(code) || (code >= 80_000 && code <= 80_014)) {
    const trouble = { code: 'rate_limited', detail } as const;
    return { kind: 'rate_limited', trouble, waitSeconds: askedWait(result) };
  }
  if (AWAY_CODES.has(code) || problem['is_transient'] === true || (statusCode ?? 0) >= 500) {
    return away('graph_failed', detail);
  }
  const isMissing = (code === 100 && subcode === MISSING_SUBCODE) || MISSING_CODES.has(code);
  return isMissing
    ? { kind: 'not_found', trouble: { code: 'not_found', detail } }
    : { kind: 'refused', trouble: { code: 'refused', detail } };
}

function away(code: LeadTrouble['code'], detail: string): Verdict {
  return { kind: 'away', trouble: { code, detail } };
}

/** Meta's words on their way to a column, a log and a screen. */
function printable(message: string, token: string): string {
  const clean = message
    .replaceAll(token, '(token)')
    // A token of somebody else's, or a part of ours.
    .replace(/\bEAA[A-Za-z0-9]{16,}/g, '(token)')
    .replace(/\p{Cc}+/gu, ' ')
    .toWellFormed();
  return clean.length > MAX_DETAIL_CHARS ? `${clean.slice(0, MAX_DETAIL_CHARS)}…` : clean;
}

/** Seconds from Retry-After, or from the header in which Meta tells of a business's limits. */
function askedWait({ retryAfter, responseHeaders }: AttemptResult): number | null {
  if (retryAfter !== null && /^\d{1,6}$/.test(retryAfter)) return Number(retryAfter);
  const usage = responseHeaders?.find(([name]) => name === 'x-business-use-case-usage')?.[1];
  const parsed = usage === undefined ? null : parseLenient(usage);
  const limits = parsed?.ok === true ? Object.values(objectOf(parsed.value) ?? {}) : [];
  const minutes = limits
    .flatMap((one) => listOf(one))
    .map((one) => Number(objectOf(one)?.['estimated_time_to_regain_access']))
    .filter((one) => one > 0);
  return minutes.length === 0 ? null : Math.max(...minutes) * 60;
}
