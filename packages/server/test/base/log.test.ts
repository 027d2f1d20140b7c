import { expect, test } from 'vitest';
import { createLog } from '../../src/base/log.ts';

function logOf(entry: object): Record<string, unknown> {
  let line = '';
  createLog('info', { write: (text) => (line += text) }).info(entry, 'said');
  return JSON.parse(line) as Record<string, unknown>;
}

test('what has the name of a secret is hidden, however deep a row or request hides it', () => {
  const logged = logOf({
    secret: 'whsec_1',
    webhook: { name: 'n8n', url: 'https://hooks.zapier.com/abc', row: { secret: 'whsec_2' } },
    headers: { authorization: 'Bearer sydx_1' },
  });
  expect(logged).toMatchObject({
    secret: '[hidden]',
    webhook: { name: 'n8n', url: '[hidden]', row: { secret: '[hidden]' } },
    headers: { authorization: '[hidden]' },
  });
});

test("of the driver's errors no values are written, and causes are", () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (hash)=(sydx_1) already exists.',
    parameters: ['sydx_1'],
  });
  const logged = logOf({ err: new Error('Publishing failed', { cause }) });
  expect(logged['err']).toMatchObject({
    message: 'Publishing failed',
    cause: { message: 'duplicate key', code: '23505' },
  });
  expect(JSON.stringify(logged)).not.toContain('sydx_1');
});
