import { useDisclosure } from '@mantine/hooks';
import { windowOf } from './filters.ts';
import { DeliveryLog } from './list/DeliveryLog.tsx';
import { ReplayDialog } from './replay/ReplayDialog.tsx';
import { ReplayView } from './replay/ReplayView.tsx';
import { UnmatchedEvents } from './unmatched/UnmatchedEvents.tsx';
import { useLogFilters } from './useLogFilters.ts';

export function LogsPage() {
  const { filters, change } = useLogFilters();
  const [isReplaying, replaying] = useDisclosure(false);
  const { webhook: webhookId, status } = filters;
  if (filters.view === 'unmatched') return <UnmatchedEvents filters={filters} change={change} />;
  return (
    <>
      <DeliveryLog filters={filters} change={change} onReplay={replaying.open} />
      <ReplayDialog
        opened={isReplaying}
        onClose={replaying.close}
        start={{
          webhookId,
          status: status === 'pending' ? undefined : status,
          time: windowOf(filters),
        }}
        onStarted={(replay) => {
          replaying.close();
          change({ replay });
        }}
      />
      <ReplayView replayId={filters.replay} change={change} />
    </>
  );
}
