import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../../src/engine/ports.ts';
import { judgeAnswer } from '../../../src/sources/meta-leads/verdict.ts';
import { GRAPH_ERRORS } from '../../kit/graph-api.ts';

const TOKEN = 'EAAPageTokenOfTheTests0123456789';

function answer(statusCode: number | null, body: unknown, more: Partial<AttemptResult> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judgeAnswer(
    {
      durationMs: 1,
      statusCode,
      error: statusCode === null ? 'timeout' : null,
      responseHeaders: [],
      responseBody: Buffer.from(text),
      retryAfter: null,
      ...more,
    },
    TOKEN,
  );
}

const refuse = (error: object, status = 400) => answer(status, { error });

describe('an answer of the Graph API', () => {
  test.each([
    ['a lead', answer(200, { id: '1', field_data: [] }), 'lead'],
    ['no answer', answer(null, ''), 'away'],
    ['no JSON', answer(200, '<html>'), 'away'],
    ['JSON that was cut', answer(200, '{"field_data":['), 'away'],
    ['JSON that is no lead', answer(200, { id: '1' }), 'away'],
    ['a redirect', answer(302, ''), 'away'],
    ['502 of a gateway', answer(502, 'Bad Gateway'), 'away'],
    ['429 without words', answer(429, ''), 'rate_limited'],
    ['code 190', refuse(GRAPH_ERRORS.token), 'token_refused'],
    ['code 102', refuse({ code: 102, message: 'Session' }), 'token_refused'],
    ['code 4', refuse(GRAPH_ERRORS.rate), 'rate_limited'],
    ['code 17', refuse({ code: 17 }), 'rate_limited'],
    ['code 32', refuse({ code: 32 }), 'rate_limited'],
    ['code 613', refuse({ code: 613 }), 'rate_limited'],
    ['code 80005', refuse({ code: 80_005 }), 'rate_limited'],
    ['code 2', refuse(GRAPH_ERRORS.transient), 'away'],
    ['code 1 with 500', refuse({ code: 1 }, 500), 'away'],
    ['code 100, does not exist', refuse(GRAPH_ERRORS.missing('1')), 'not_found'],
    ['code 200', refuse(GRAPH_ERRORS.permission), 'refused'],
    ['code 10', refuse({ code: 10, message: 'Not allowed' }), 'refused'],
    ['code 100, no proof', refuse(GRAPH_ERRORS.proof), 'proof_required'],
    [
      'code 100, a wrong proof',
      refuse({ code: 100, message: 'Invalid appsecret_proof provided in the API argument' }),
      'token_refused',
    ],
    ['an error without anything', refuse({}), 'refused'],
  ])('%s', (_name, verdict, kind) => {
    expect(verdict.kind).toBe(kind);
  });

  test("keeps Meta's sentence, without the token that it quotes and what would harm a terminal", () => {
    const verdict = refuse({ code: 190, message: `Malformed access token ${TOKEN}\u001b[31m\0!` });
    expect(verdict).toMatchObject({
      trouble: { detail: 'Meta: Malformed access token (token) [31m ! (code 190)' },
    });
    const other = refuse({ code: 190, message: `Bad EAA${'x'.repeat(40)} ${'y'.repeat(9_999)}` });
    expect(JSON.stringify(other)).toContain('Bad (token) yyy');
    expect(JSON.stringify(other).length).toBeLessThan(700);
  });

  test('says how long Meta asks to wait', () => {
    const usage = JSON.stringify({
      '111': [{ type: 'leadgen', estimated_time_to_regain_access: 12 }, { type: 'x' }],
    });
    const headers: [string, string][] = [['x-business-use-case-usage', usage]];
    const error = { error: { code: 80_005 } };
    expect(answer(400, error, { responseHeaders: headers })).toMatchObject({ waitSeconds: 720 });
    expect(answer(429, '', { retryAfter: '30' })).toMatchObject({ waitSeconds: 30 });
    expect(answer(429, '', { retryAfter: 'soon' })).toMatchObject({ waitSeconds: null });
  });
});
