import { type Delivery, LIMITS } from '@sydx/contract';
import type { Page } from '../../../api/page.ts';

type Pages = readonly Page<Delivery>[];

/**
 * Brings the newest page into what is shown.
 *
 * @param isHolding true while rows must stay where they are: then only their contents are renewed
 */
export function follow(pages: Pages, newest: Page<Delivery>, isHolding: boolean): Pages {
  if (!isHolding) return withSearched(pages, newest);
  const renewed = new Map(newest.data.map((delivery) => [delivery.id, delivery]));
  return pages.map(({ data, nextCursor }) => ({
    data: data.map((delivery) => renewed.get(delivery.id) ?? delivery),
    nextCursor,
  }));
}

/** What a search found further back stays, and what is new comes above it. */
function withSearched([first, ...further]: Pages, newest: Page<Delivery>): Pages {
  const isWhole = newest.data.length >= LIMITS.listDefault || newest.nextCursor === null;
  if (first === undefined || further.length === 0 || isWhole) return [newest];
  const ids = new Set(newest.data.map(({ id }) => id));
  const before = first.data.filter(({ id }) => !ids.has(id));
  return [{ data: [...newest.data, ...before], nextCursor: first.nextCursor }, ...further];
}

/** How many deliveries are newer than the first that is shown; ids sort by time. */
export function countNewer(pages: Pages, newest: Page<Delivery>): number {
  const first = pages[0]?.data[0]?.id ?? '';
  return newest.data.filter(({ id }) => id > first).length;
}

/** The first page after the newest that waits for an attempt whose time has come. */
export function overduePage(pages: Pages, nowMs: number): number | null {
  const place = pages.findIndex(
    ({ data }, index) =>
      index > 0 &&
      data.some(
        ({ status, nextAttemptAt }) =>
          status === 'pending' && (nextAttemptAt === null || Date.parse(nextAttemptAt) < nowMs),
      ),
  );
  return place === -1 ? null : place;
}
