import { z } from 'zod';
import { LIMITS } from '../limits.ts';

/** What every list takes, besides its filters. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
  cursor: z.string().min(1).max(500).optional(),
};

export const PageQuery = z.strictObject(pageQuery);
export type PageQuery = z.output<typeof PageQuery>;

/** What every list answers; `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(id: string, item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}
