import { type Delivery, LIMITS } from '@sydx/contract';
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  deliveriesKey,
  type DeliveryFilter,
  readDeliveries,
  useDeliveries,
} from '../../../api/deliveries.ts';
import type { Page } from '../../../api/page.ts';
import { useNow } from '../../../ui/useNow.ts';
import { countNewer, follow, overduePage } from './follow.ts';

type Log = InfiniteData<Page<Delivery>, string | undefined>;

const NEWEST_EVERY_MS = 2_000;
const OVERDUE_EVERY_MS = 4_000;
/** An attempt whose time has come has this long before anybody asks for its outcome. */
const PATIENCE_MS = 2_000;

/**
 * The log as it is now. While nothing holds it, the newest page replaces what is shown every 2 s;
 * while somebody reads further down, rows are renewed where they stand and new ones are counted.
 *
 * @param isReading true while rows must stay where they are
 */
export function useLiveLog(filter: DeliveryFilter, isPaused: boolean, isReading: boolean) {
  const queryClient = useQueryClient();
  const key = deliveriesKey(filter);
  const log = useDeliveries(filter);
  const pages = log.data?.pages ?? [];
  const rows = pages.flatMap(({ data }) => data);
  // Several pages that make one together are what a search found, and nobody has read on.
  const isHolding = isReading || rows.length > LIMITS.listDefault;

  /** @returns the first row that was there before, when rows may come above it */
  const put = (page: Page<Delivery>, holds: boolean): string | null => {
    const shown = queryClient.getQueryData<Log>(key);
    if (shown === undefined) return null;
    const next = [...follow(shown.pages, page, holds)];
    queryClient.setQueryData<Log>(key, {
      pages: next,
      pageParams: shown.pageParams.slice(0, next.length),
    });
    return holds ? null : (shown.pages.flatMap(({ data }) => data)[0]?.id ?? null);
  };

  const live = {
    enabled: !isPaused && log.isSuccess,
    staleTime: 0,
    gcTime: 0,
    // A poll that failed is followed by the next one.
    retry: false,
  };
  const newest = useQuery({
    ...live,
    queryKey: [...key, 'newest'],
    queryFn: async ({ signal }) => {
      const page = await readDeliveries(filter, undefined, signal);
      return { page, freshAfter: put(page, isHolding) };
    },
    refetchInterval: NEWEST_EVERY_MS,
  });

  const overdue = overduePage(pages, useNow(OVERDUE_EVERY_MS) - PATIENCE_MS);
  const cursor = overdue === null ? undefined : pages[overdue - 1]?.nextCursor;
  useQuery({
    ...live,
    queryKey: [...key, 'after', cursor],
    queryFn: async ({ signal }) => {
      const page = await readDeliveries(filter, cursor ?? undefined, signal);
      put(page, true);
      return page;
    },
    enabled: live.enabled && cursor != null,
    refetchInterval: OVERDUE_EVERY_MS,
  });

  const newestPage = newest.data?.page;
  return {
    log,
    rows,
    /** Newer than the first row that is shown. */
    newCount: isHolding && newestPage !== undefined ? countNewer(pages, newestPage) : 0,
    hasMoreThanCounted: newestPage !== undefined && newestPage.nextCursor !== null,
    isHolding,
    isInterrupted: !isPaused && newest.isError,
    /** Rows whose id is greater came just now. */
    freshAfter: newest.data?.freshAfter ?? null,
    /** Goes back to the newest page and follows it. */
    release: () => {
      if (newestPage !== undefined) put(newestPage, false);
    },
  };
}
