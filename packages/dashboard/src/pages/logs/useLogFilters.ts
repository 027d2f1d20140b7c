import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { changeFilters, type LogFilterChange, type LogFilters } from './filters.ts';

const route = getRouteApi('/settings/outbound-webhooks/webhooks/logs');

interface LogFilterState {
  readonly filters: LogFilters;
  /** @param replace true where the back button should not stop */
  readonly change: (change: LogFilterChange, replace?: boolean) => void;
}

/** The filters as the address bar has them, and how to change them. */
export function useLogFilters(): LogFilterState {
  const filters = route.useSearch();
  const navigate = useNavigate({ from: '/settings/webhooks/logs' });
  const change = useCallback(
    (wanted: LogFilterChange, replace = false) =>
      void navigate({
        search: (now) => changeFilters(now, wanted),
        resetScroll: false,
        replace,
      }),
    [navigate],
  );
  return { filters, change };
}
