import { Button, Center, Group, Stack } from '@mantine/core';
import { History } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryFilter } from '../../../api/deliveries.ts';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { RowsSkeleton } from '../../../ui/Skeletons.tsx';
import { RejectedNotice } from '../../rejected/RejectedNotice.tsx';
import { DeliveryDrawer } from '../detail/DeliveryDrawer.tsx';
import { FilterBar } from '../filter/FilterBar.tsx';
import { type LogFilters, NO_FILTERS, windowOf } from '../filters.ts';
import type { useLogFilters } from '../useLogFilters.ts';
import classes from './DeliveryLog.module.css';
import { DeliveryTable } from './DeliveryTable.tsx';
import { EmptyLog } from './EmptyLog.tsx';
import { LiveControl } from './LiveControl.tsx';
import { NewerDeliveries } from './NewerDeliveries.tsx';
import { useIsScrolled } from './useIsScrolled.ts';
import { useLiveLog } from './useLiveLog.ts';

/** Further down than this, rows that move would be in the way. */
const READING_FROM_PX = 240;

interface DeliveryLogProps extends ReturnType<typeof useLogFilters> {
  onReplay: () => void;
}

export function DeliveryLog({ filters, change, onReplay }: DeliveryLogProps) {
  const [isPaused, setIsPaused] = useState(false);
  const isScrolled = useIsScrolled(READING_FROM_PX);
  const isReading = isScrolled || filters.delivery !== undefined;
  const live = useLiveLog(deliveryFilter(filters), isPaused, isReading);
  const { log, rows } = live;
  const showNewest = () => {
    live.release();
    window.scrollTo({ top: 0 });
  };

  return (
    <Stack gap="md">
      <RejectedNotice />
      <FilterBar filters={filters} change={change} />
      <Group justify="space-between" gap="xs">
        <LiveControl
          isPaused={isPaused}
          isHolding={live.isHolding}
          isInterrupted={live.isInterrupted}
          onToggle={() => setIsPaused(!isPaused)}
        />
        <Group gap="xs" className={classes.more ?? ''}>
          <Button
            size="xs"
            variant="subtle"
            className={classes.unmatched ?? ''}
            onClick={() => change({ view: 'unmatched' })}
          >
            Events without a webhook
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<History size={13} aria-hidden />}
            onClick={onReplay}
          >
            Replay…
          </Button>
        </Group>
      </Group>
      <NewerDeliveries
        count={live.newCount}
        isMore={live.newCount === 50 && live.hasMoreThanCounted}
        onShow={showNewest}
      />
      {log.isPending && (
        <Panel>
          <RowsSkeleton rows={8} />
        </Panel>
      )}
      {log.isLoadingError && (
        <Panel>
          <ErrorState error={log.error} onRetry={() => void log.refetch()} />
        </Panel>
      )}
      {log.isSuccess && rows.length === 0 && (
        <Panel>
          <EmptyLog
            filters={filters}
            onClear={() => change(NO_FILTERS)}
            onUnmatched={() => change({ view: 'unmatched' })}
          />
        </Panel>
      )}
      {rows.length > 0 && (
        <DeliveryTable
          rows={rows}
          filters={filters}
          freshAfter={live.freshAfter}
          isBusy={log.isPlaceholderData}
        />
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
      <DeliveryDrawer rows={rows} filters={filters} change={change} />
    </Stack>
  );
}

function deliveryFilter(filters: LogFilters): DeliveryFilter {
  const { webhook: webhookId, eventId, event, status } = filters;
  return { webhookId, eventId, event, status, time: windowOf(filters) };
}
