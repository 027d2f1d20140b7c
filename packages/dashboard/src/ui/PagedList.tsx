import { LIMITS } from '@sydx/contract';
import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { Page } from '../api/page.ts';
import { ErrorState } from './ErrorState.tsx';
import { Panel } from './Panel.tsx';
import { RowsSkeleton } from './Skeletons.tsx';

const PAGE: number = LIMITS.listDefault;

interface PagedListProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  /** How many rows stand in for it while it is on its way. */
  skeletonRows: number;
  /** In place of a list with nothing in it. */
  empty: ReactNode;
  children: (rows: readonly Item[]) => ReactNode;
}

/**
 * A list that comes page by page, in the state that it is in. A page of a search may be short, or empty,
 * and not the last: then it goes on by itself until there is as much as a page, or somebody stops it.
 */
export function PagedList<Item>({ query, skeletonRows, empty, children }: PagedListProps<Item>) {
  const pages = query.data?.pages ?? [];
  const rows = pages.flatMap(({ data }) => data);
  const search = useSearch(query, pages.length, rows.length);
  return (
    <>
      {query.isPending && (
        <Panel>
          <RowsSkeleton rows={skeletonRows} />
        </Panel>
      )}
      {query.isLoadingError && (
        <Panel>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Panel>
      )}
      {query.isSuccess && rows.length === 0 && !query.hasNextPage && <Panel>{empty}</Panel>}
      {rows.length > 0 && children(rows)}
      <div role="status">
        {search.isSearching && (
          <Group justify="center" gap="sm">
            <Loader size="xs" aria-hidden />
            <Text size="sm" c="dimmed">
              Looking further back…
            </Text>
            <Button size="xs" variant="default" onClick={search.stop}>
              Stop
            </Button>
          </Group>
        )}
      </div>
      {query.hasNextPage && !search.isSearching && (
        <Stack align="center" gap="xs">
          {rows.length === 0 && (
            <Text size="sm" c="dimmed">
              Nothing found so far.
            </Text>
          )}
          <Button variant="default" loading={query.isFetchingNextPage} onClick={search.goOn}>
            {wordsOf(query.isFetchNextPageError, search.isShort)}
          </Button>
        </Stack>
      )}
    </>
  );
}

function wordsOf(isError: boolean, isShort: boolean): string {
  if (isError) return 'Could not load more. Try again';
  return isShort ? 'Look further back' : 'Load more';
}

/** Asks for the next page while there are fewer rows than wanted: one page more with each `goOn`. */
function useSearch(
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetching' | 'isPlaceholderData' | 'isFetchNextPageError' | 'fetchNextPage'
  >,
  pageCount: number,
  rowCount: number,
) {
  const [state, setState] = useState({ wanted: PAGE, isStopped: false, pageCount });
  // Another filter, or back at the newest page: a search of its own.
  if (pageCount < state.pageCount) setState({ wanted: PAGE, isStopped: false, pageCount });
  else if (pageCount > state.pageCount) setState({ ...state, pageCount });

  const { hasNextPage, isFetching, isPlaceholderData, isFetchNextPageError, fetchNextPage } = query;
  const isShort = pageCount > 0 && rowCount < state.wanted;
  const isSearching =
    hasNextPage && isShort && !state.isStopped && !isPlaceholderData && !isFetchNextPageError;
  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);

  return {
    isSearching,
    isShort,
    stop: () => setState({ ...state, isStopped: true }),
    goOn: () => {
      const wanted = isShort ? state.wanted : rowCount + PAGE;
      setState({ ...state, wanted, isStopped: false });
      void fetchNextPage();
    },
  };
}
