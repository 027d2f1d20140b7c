import type { ProblemDocument } from '@sydx/contract';
import type { HookAnswer, HookHead } from '../hook-kind.ts';
import type { FormSettings } from './lead.ts';
import { page, type PageText } from './page.ts';
import { mediaTypeOf } from './submission.ts';

/** What is said to everybody whose form was taken: robots and repeats can't tell the difference. */
export function accepted(settings: FormSettings, head: HookHead): HookAnswer {
  const { redirectUrl, allowedOrigins } = settings;
  if (!wantsPage(head)) {
    return {
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ received: true, ...(redirectUrl !== undefined && { redirectUrl }) }),
    };
  }
  // 303: the browser gets the next page by GET, and reloading it posts nothing.
  if (redirectUrl !== undefined) {
    // Normalised again: one that was stored as it was typed may hold what no header takes.
    const headers = { location: new URL(redirectUrl).href };
    return { status: 303, contentType: 'text/plain; charset=utf-8', headers, body: '' };
  }
  const { origin } = head.headers;
  return page(200, {
    title: 'Thank you',
    sentence: 'We have received what you sent.',
    backTo: origin !== undefined && isListed(allowedOrigins, origin) ? origin : undefined,
  });
}

/** Never a link to whatever `*` let in. */
function isListed(allowedOrigins: readonly string[], origin: string): boolean {
  return allowedOrigins.includes(origin) && /^https?:\/\//.test(origin);
}

/** What went wrong in words for visitors, where admins read others. */
const WORDS: Readonly<Record<string, PageText | undefined>> = {
  origin_refused: {
    title: 'This form is not connected',
    sentence: 'It was not sent. Please tell the people who run the site that the form is on.',
  },
  rate_limited: {
    title: 'Too many at once',
    sentence: 'It was not sent. Please wait a minute, go back and send it again.',
  },
  body_too_large: {
    title: 'That is too much',
    sentence: 'It was not sent. Please go back and shorten your text.',
  },
};

const TRY_AGAIN: PageText = {
  title: 'That did not work',
  sentence: 'It was not sent. Please go back and try again in a moment.',
};

/** A page for who posted a plain form; null for scripts, which read the problem document. */
export function presentRefusal(head: HookHead, refusal: ProblemDocument): HookAnswer | null {
  if (!wantsPage(head)) return null;
  const { status, title, detail, code } = refusal;
  const text = status >= 500 ? TRY_AGAIN : (WORDS[code] ?? { title, sentence: detail });
  return page(status, text);
}

/** Browsers that leave a page for the answer say text/html; scripts say anything, or JSON. */
function wantsPage({ headers, contentType }: HookHead): boolean {
  const accept = headers.accept ?? '';
  return (
    accept.toLowerCase().includes('text/html') && mediaTypeOf(contentType) !== 'application/json'
  );
}
