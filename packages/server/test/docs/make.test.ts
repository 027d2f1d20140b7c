import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { readDocument } from './blocks.ts';
import { BODY, signed } from './receivers/requests.ts';

const SECRET = `whsec_${'0123456789abcdef'.repeat(4)}`;

/** Make's `sha256(text; output encoding; key; key encoding)`, as its documentation has it: an HMAC. */
function sha256(text: string, output: string, key: string, keyEncoding: string): string {
  const bytes = Buffer.from(key, keyEncoding === 'text' ? 'utf8' : 'base64');
  return createHmac('sha256', bytes)
    .update(text)
    .digest(output === 'hex' ? 'hex' : 'base64');
}

/** The encodings that each formula of docs/admins/make.md names, in their order. */
const formulas = [
  ...readDocument('docs/admins/make.md').matchAll(/sha256\([\w.]+; "(\w+)"; "(\S*)…"; "(\w+)"\)/g),
].map(([, output = '', keyStart = '', keyEncoding = '']) => ({ output, keyStart, keyEncoding }));

test("Make's formulas give the signatures of a delivery", () => {
  const headers = signed(SECRET);
  const standard = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${BODY}`;
  const given = formulas.map(({ output, keyStart, keyEncoding }) => {
    const [text, key] =
      keyStart === '' ? [standard, SECRET.slice('whsec_'.length)] : [BODY, SECRET];
    return sha256(text, output, key, keyEncoding);
  });
  expect(given).toEqual([
    headers['X-Sydx-Signature'],
    headers['webhook-signature']?.replace('v1,', ''),
  ]);
});
