import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState.tsx';
import { Panel } from './Panel.tsx';
import { RowsSkeleton } from './Skeletons.tsx';

interface ListStatesProps<Item> {
  query: UseQueryResult<readonly Item[]>;
  /** In place of a list with nothing in it. */
  empty: ReactNode;
  children: (items: readonly Item[]) => ReactNode;
}

/** A list in the state that it is in: on its way, not to be had, empty, or there. */
export function ListStates<Item>({ query, empty, children }: ListStatesProps<Item>) {
  const { data, error, isPending, refetch } = query;
  if (isPending) {
    return (
      <Panel>
        <RowsSkeleton rows={3} />
      </Panel>
    );
  }
  if (data === undefined) {
    return (
      <Panel>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return data.length === 0 ? <Panel>{empty}</Panel> : children(data);
}
