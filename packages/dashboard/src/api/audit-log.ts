import type { AuditAction, AuditEntry } from '@sydx/contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';
import { boundsOf, type TimePreset } from './time-window.ts';

export interface AuditFilter {
  readonly action?: AuditAction | undefined;
  /** The id of what was changed. */
  readonly object?: string | undefined;
  readonly range?: TimePreset | undefined;
}

/** Keyset pages, newest first. What is in it never changes. */
export function useAuditLog({ range, ...filter }: AuditFilter) {
  return useInfiniteQuery({
    queryKey: keys.auditLog({ ...filter, range }),
    queryFn: async ({ signal, pageParam }) =>
      request<Page<AuditEntry>>('GET', '/v1/audit-log', {
        signal,
        query: { ...filter, ...boundsOf({ range }, Date.now()), cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
  });
}
