import { Button, Stack } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { type AuditFilter, useAuditLog } from '../../api/audit-log.ts';
import { useSession } from '../../api/session.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PagedList } from '../../ui/PagedList.tsx';
import { RowList } from '../../ui/RowList.tsx';
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
  return (
    <Stack gap="md">
      <AuditFilterBar filter={filter} change={change} isPortal={kind === 'portal'} />
      <PagedList
        query={log}
        skeletonRows={6}
        empty={<NothingDone filter={filter} onClear={() => change({})} />}
      >
        {(entries) => (
          <RowList label="Audit log">
            {entries.map((entry) => (
              <AuditRow key={entry.id} entry={entry} />
            ))}
          </RowList>
        )}
      </PagedList>
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
