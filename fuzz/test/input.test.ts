import { expect, it } from 'vitest';
import { throwDice } from '@sydx/server/test/kit/dice.ts';
import type { Document } from '../src/input/document.ts';
import { fuzzInput } from '../src/input/fuzz-input.ts';
import { createJudge } from '../src/input/judge.ts';
import { CALLERS, type Side, type Stage } from '../src/input/stage.ts';
import { type FuzzRequest, makeRequest } from '../src/input/requests.ts';
import { bytesOf, type FuzzAnswer } from '../src/input/send.ts';
import { differences } from '../src/input/stored.ts';

const COUNT = 2_000;
const PATIENCE_MS = 600_000;

it('2,000 random requests to every route: each a clear answer, nothing stored from what was refused, the server up', {
  timeout: PATIENCE_MS,
}, async () => {
  const { seed } = throwDice();
  console.log(`SEED=${seed}, or: npm run fuzz -- input --count ${COUNT} --seed ${seed}`);
  const { outcomes, broken } = await fuzzInput({ count: COUNT, seed, tell: () => undefined });
  expect(broken).toEqual([]);
  expect([...outcomes.values()].reduce((sum, times) => sum + times, 0)).toBe(COUNT);
  // It gets past the guards as well: what is only ever refused shows little.
  const statuses = new Set([...outcomes.keys()].map((outcome) => outcome.split(' ').at(-1)));
  for (const status of ['200', '201', '204', '400', '401', '403', '404', '422']) {
    expect(statuses).toContain(status);
  }
});

const side: Side = {
  tenant: 'own-0',
  form: 'src_2',
  ids: {
    event: 'evt_1',
    webhook: 'whk_1',
    delivery: 'dlv_1',
    replay: 'rpl_1',
    apiKey: 'key_1',
    source: 'src_1',
    member: 'per_1',
    invite: 'inv_1',
    eventType: 'order.paid',
    tenant: 'own-0',
  },
};
const stage: Stage = {
  own: side,
  foreign: { ...side, tenant: 'foreign-0' },
  callers: Object.fromEntries(CALLERS.map((caller) => [caller, []])) as unknown as Stage['callers'],
  tokens: ['token'],
  cursor: 'cursor',
  receiver: 'http://127.0.0.1:9/',
  sign: () => 'sha256=0',
};
const document: Document = {
  schemas: {
    Thing: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  },
  operations: [
    {
      method: 'POST',
      path: '/v1/webhooks/{id}',
      query: [],
      body: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      answers: {
        200: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
      },
      schemes: ['apiKey'],
      scopes: [],
    },
  ],
};

it('the same seed makes the same requests', () => {
  const bytes = (seed: number) =>
    Array.from({ length: 50 }, (_, number) =>
      bytesOf(makeRequest(seed, number, document, stage, false)).toString('latin1'),
    );
  expect(bytes(7)).toEqual(bytes(7));
  expect(bytes(7)).not.toEqual(bytes(8));
});

const request: FuzzRequest = {
  number: 0,
  operation: document.operations[0],
  caller: 'admin key',
  method: 'POST',
  target: '/v1/webhooks/whk_1',
  headers: [],
  body: null,
};
const answer = (status: number, body: object, contentType = 'application/json'): FuzzAnswer => ({
  status,
  contentType,
  body: Buffer.from(JSON.stringify(body)),
});
const problem = {
  type: '/docs/errors#not_found',
  title: 'Not found',
  status: 404,
  detail: 'Check the id.',
  code: 'not_found',
};
const PROBLEM = 'application/problem+json';

it.each<[string, FuzzAnswer | null, RegExp]>([
  ['that hangs', null, /no answer in time/],
  ['of nothing', answer(0, {}), /closed without an answer/],
  ['of a mistake of ours', answer(500, { code: 'internal_error' }, PROBLEM), /status 500/],
  ['that fits no schema', answer(200, { id: 1 }), /its schema refuses/],
  ['of a status that nobody promised', answer(299, {}), /does not name/],
  ['of another content type', answer(200, { id: 'x' }, 'text/html'), /was promised/],
  ['of a problem as JSON', answer(404, problem), /status 404 as application\/json/],
  [
    'of a problem without a code',
    answer(404, { ...problem, code: 'x' }, PROBLEM),
    /no problem doc/,
  ],
  ['of a code with another status', answer(400, problem, PROBLEM), /not as registered/],
])('an answer %s is found', (_what, given, sentence) => {
  expect(createJudge(document)(request, given)).toMatch(sentence);
});

it('a good answer and a clear refusal are fine', () => {
  expect(createJudge(document)(request, answer(200, { id: 'x' }))).toBeNull();
  expect(createJudge(document)(request, answer(404, problem, PROBLEM))).toBeNull();
});

it('a table that changed is found', () => {
  expect(differences({ events: 'a', links: 'b' }, { events: 'a', links: 'c' })).toEqual(['links']);
});
