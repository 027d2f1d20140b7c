import type { Delivery } from '@sydx/contract';
import type { Page } from '../../../api/page.ts';

type Pages = readonly Page<Delivery>[];

/**
 * Brings the newest page into what is shown.
 *
 * @param isHolding true while rows must stay where they are: then only their contents are renewed
 */
export function follow(pages: Pages, newest: Page<Delivery>, isHolding: boolean): Pages {
  if (!isHolding) return [newest];
  const renewed = new Map(newest.data.map((delivery) => [delivery.id, delivery]));
  return pages.map(({ data, nextCursor }) => ({
    data: data.map((delivery) => renewed.get(delivery.id) ?? delivery),
    nextCursor,
  }));
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
