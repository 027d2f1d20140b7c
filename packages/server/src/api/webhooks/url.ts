import { ProblemError } from '../../base/problem.ts';
import type { ApiContext } from '../context.ts';

/**
 * @returns the URL as it is stored: normalised
 * @throws ProblemError url_refused, with the sentence that tells what to write instead
 */
export async function acceptUrl({ checkUrl }: ApiContext, url: string): Promise<string> {
  const verdict = await checkUrl(url);
  if (verdict.ok) return verdict.url;
  throw new ProblemError('url_refused', {
    detail: verdict.sentence,
    errors: [{ pointer: '/url', detail: verdict.sentence }],
  });
}
