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
 * and not the last: then it goes on by itself until there is as much as a page, or somebody stops it. Give
 * it the filters as its key: what was stopped is one search.
 */
export function PagedList<Item>({ query, skeletonRows, empty, children }: PagedListProps<Item>) {
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const search = useSearch(query);
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

/** Asks for the next page by itself while the last ones do not make a page together. */
function useSearch<Item>(query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>) {
  const [isStopped, setIsStopped] = useState(false);
  const { data, hasNextPage, isFetching, isPlaceholderData, isFetchNextPageError, fetchNextPage } =
    query;
  const isShort = data !== undefined && !isFull(data.pages);
  const isSearching =
    hasNextPage && isShort && !isStopped && !isPlaceholderData && !isFetchNextPageError;
  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);

  return {
    isSearching,
    isShort,
    stop: () => setIsStopped(true),
    goOn: () => {
      setIsStopped(false);
      void fetchNextPage();
    },
  };
}

/** Short pages count together until they make a page; the next one begins anew. */
function isFull(pages: readonly Page<unknown>[]): boolean {
  let rows = 0;
  for (const { data } of pages) rows = (rows >= PAGE ? 0 : rows) + data.length;
  return rows >= PAGE;
}
