import { createHmac, timingSafeEqual } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveredBody } from '../../src/exact/index.ts';

const event = { type: 'message.received', timestamp: '2026-03-25T08:22:50.254Z', tenantId: 't' };

function bodyOf(data: Record<string, unknown>): string {
  const delivered = deliveredBody({ ...event, data });
  if (!delivered.ok) throw new Error(delivered.code);
  return delivered.body;
}

test('every delivery sends a JSON body with this structure, in this order', () => {
  expect(bodyOf({ contact: '919876543210', type: 'text' })).toBe(
    '{"event":"message.received","timestamp":"2026-03-25T08:22:50.254Z","tenantId":"t","data":{"contact":"919876543210","type":"text"}}',
  );
});

test("the product document's example verifies any data", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (data) => {
      const body = bodyOf(data);
      const signature = createHmac('sha256', 'whsec_test').update(body).digest('hex');
      const expected = createHmac('sha256', 'whsec_test')
        .update(JSON.stringify(JSON.parse(body)))
        .digest('hex');
      expect(timingSafeEqual(Buffer.from(signature), Buffer.from(expected))).toBe(true);
    }),
  );
});

test('96 KiB of UTF-8 is delivered, a byte more is not', () => {
  const around = Buffer.byteLength(bodyOf({ body: '' }));
  const room = 96 * 1024 - around;
  const fits = deliveredBody({ ...event, data: { body: 'a'.repeat(room) } });
  expect(fits).toMatchObject({ ok: true, bytes: 96 * 1024 });
  const over = deliveredBody({ ...event, data: { body: `${'a'.repeat(room - 1)}é` } });
  expect(over).toEqual({ ok: false, code: 'delivered_body_too_large', bytes: 96 * 1024 + 1 });
});

test('64 levels are delivered, 65 are not, and a million end nothing', () => {
  const data = (levels: number) => {
    let inner: Record<string, unknown> = {};
    for (let level = 1; level < levels; level++) inner = { a: inner };
    return inner;
  };
  expect(deliveredBody({ ...event, data: data(63) }).ok).toBe(true);
  expect(deliveredBody({ ...event, data: data(64) })).toEqual({ ok: false, code: 'too_deep' });
  expect(deliveredBody({ ...event, data: data(1_000_000) }).ok).toBe(false);
});
