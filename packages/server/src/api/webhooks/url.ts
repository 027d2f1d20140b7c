import { ProblemError } from '../../base/problem.ts';
import type { ApiContext } from '../context.ts';

export interface AcceptedUrl {
  /** As it is stored: normalised. */
  readonly url: string;
  /** Nothing, or the one field of the answer that says what is odd about it. */
  readonly note: { readonly warning?: string };
}

/**
 * @throws ProblemError url_refused, with the sentence that tells what to write instead
 */
export async function acceptUrl({ checkUrl }: ApiContext, url: string): Promise<AcceptedUrl> {
  const verdict = await checkUrl(url);
  if (verdict.ok) {
    const { warning } = verdict;
    return { url: verdict.url, note: warning === undefined ? {} : { warning } };
  }
  throw new ProblemError('url_refused', {
    detail: verdict.sentence,
    errors: [{ pointer: '/url', detail: verdict.sentence }],
  });
}
