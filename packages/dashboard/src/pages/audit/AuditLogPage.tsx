import { Button, Center, Stack } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { type AuditFilter, useAuditLog } from '../../api/audit-log.ts';
import { useSession } from '../../api/session.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RowList } from '../../ui/RowList.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import { AuditFilterBar } from './AuditFilterBar.tsx';
import { AuditRow } from './AuditRow.tsx';

const route = getRouteApi('/settings/outbound-webhooks/webhooks/audit');

/** Who changed what, newest first. */
export function AuditLogPage() {
  const filter = route.useSearch();
  const navigate = useNavigate({ from: '/settings/webhooks/audit' });
  const { kind } = useSession();
  const log = useAuditLog(filter);
  const change = (wanted: AuditFilter) =>
    void navigate({
      search: Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)),
      resetScroll: false,
    });
  const entries = log.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Stack gap="md">
      <AuditFilterBar filter={filter} change={change} isPortal={kind === 'portal'} />
      {log.isPending && (
        <Panel>
          <RowsSkeleton rows={6} />
        </Panel>
      )}
      {log.isLoadingError && (
        <Panel>
          <ErrorState error={log.error} onRetry={() => void log.refetch()} />
        </Panel>
      )}
      {log.isSuccess && entries.length === 0 && (
        <Panel>
          <NothingDone filter={filter} onClear={() => change({})} />
        </Panel>
      )}
      {entries.length > 0 && (
        <RowList label="Audit log">
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </RowList>
      )}
      {log.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            {log.isFetchNextPageError ? 'Could not load more. Try again' : 'Load more'}
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function NothingDone({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  if (Object.keys(filter).length === 0) {
    return (
      <EmptyState icon={ScrollText} title="Nothing was changed yet">
        Whoever creates, changes, rotates, deletes or replays something stands here, with the time.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={ScrollText}
      title="Nothing matches"
      action={
        <Button variant="default" onClick={onClear}>
          Show everything
        </Button>
      }
    >
      No entry fits what is chosen above.
    </EmptyState>
  );
}
