import { Button, Center } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/page.ts';
import { ErrorState } from './ErrorState.tsx';
import { Panel } from './Panel.tsx';
import { RowsSkeleton } from './Skeletons.tsx';

interface PagedListProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  /** How many rows stand in for it while it is on its way. */
  skeletonRows: number;
  /** In place of a list with nothing in it. */
  empty: ReactNode;
  children: (rows: readonly Item[]) => ReactNode;
}

/** A list that comes page by page, in the state that it is in. */
export function PagedList<Item>({ query, skeletonRows, empty, children }: PagedListProps<Item>) {
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? [];
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
      {query.isSuccess && rows.length === 0 && <Panel>{empty}</Panel>}
      {rows.length > 0 && children(rows)}
      {query.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchNextPageError ? 'Could not load more. Try again' : 'Load more'}
          </Button>
        </Center>
      )}
    </>
  );
}
