import { Button, Group, Stack } from '@mantine/core';
import { History } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryFilter } from '../../../api/deliveries.ts';
import { PagedList } from '../../../ui/PagedList.tsx';
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
  const filter = deliveryFilter(filters);
  const live = useLiveLog(filter, isPaused, isReading);
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
      <PagedList
        key={JSON.stringify(filter)}
        query={log}
        skeletonRows={8}
        empty={
          <EmptyLog
            filters={filters}
            onClear={() => change(NO_FILTERS)}
            onUnmatched={() => change({ view: 'unmatched' })}
          />
        }
      >
        {(deliveries) => (
          <DeliveryTable
            rows={deliveries}
            filters={filters}
            freshAfter={live.freshAfter}
            isBusy={log.isPlaceholderData}
          />
        )}
      </PagedList>
      <DeliveryDrawer rows={rows} filters={filters} change={change} />
    </Stack>
  );
}

function deliveryFilter(filters: LogFilters): DeliveryFilter {
  const { webhook: webhookId, eventId, event, status } = filters;
  return { webhookId, eventId, event, status, time: windowOf(filters) };
}
