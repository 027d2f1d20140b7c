import { expect, it } from 'vitest';
import { throwDice } from '@sydx/server/test/kit/dice.ts';
import { makeCase } from '../src/answers/cases.ts';
import { fuzzAnswers } from '../src/answers/fuzz-answers.ts';

const COUNT = 2_000;

it('2,000 random answers each end once in a known code, and a healthy receiver is still served', async () => {
  const { seed } = throwDice();
  console.log(`SEED=${seed}, or: npm run fuzz -- answers --count ${COUNT} --seed ${seed}`);
  const { outcomes, broken } = await fuzzAnswers({ count: COUNT, seed, tell: () => undefined });
  expect(broken).toEqual([]);
  expect([...outcomes.values()].reduce((sum, times) => sum + times, 0)).toBe(COUNT);
  // It reaches what it is about: successes, statuses, parsers, handshakes, proxies.
  for (const outcome of [
    'http: success',
    'http: not_http',
    'http: status_5xx',
    'http: timeout',
    'tls: tls_handshake_failed',
    'proxy: proxy_failed',
  ]) {
    expect([...outcomes.keys()]).toContain(outcome);
  }
});

it('the same seed throws the same answers', () => {
  expect(makeCase(7, 12)).toEqual(makeCase(7, 12));
  expect(makeCase(7, 12)).not.toEqual(makeCase(8, 12));
});
