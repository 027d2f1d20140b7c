import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldErrors } from '../src/field-errors.ts';

test('a request with a flood of mistakes is told the first hundred', () => {
  const shape = z.strictObject({ list: z.array(z.string()).optional() });
  const names = Array.from({ length: 5000 }, (_, index) => `field${index}`);
  const unknown = shape.safeParse(Object.fromEntries(names.map((name) => [name, 0])));
  expect(fieldErrors(unknown.error as z.ZodError).map(({ pointer }) => pointer)).toEqual(
    names.slice(0, 100).map((name) => `/${name}`),
  );
  const wrong = shape.safeParse({ list: names.map(() => 0), more: 0 });
  expect(fieldErrors(wrong.error as z.ZodError)).toHaveLength(100);
});
