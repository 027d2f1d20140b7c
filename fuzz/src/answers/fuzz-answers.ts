import type { Run, Verdict } from '../fuzzer.ts';

/** Answers the transport's requests with random bytes. */
export function fuzzAnswers(_run: Run): Promise<Verdict> {
  return Promise.resolve({ outcomes: new Map(), broken: ['not built yet'] });
}
