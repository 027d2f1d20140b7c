import { Button, Center, Stack, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useRejectedEvents } from '../../api/rejected-events.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import classes from './Rejected.module.css';
import { RejectedRow } from './RejectedRow.tsx';

/** What the CRM published in its own transactions and what could not be accepted, newest first. */
export function RejectedPage() {
  const events = useRejectedEvents();
  const rows = events.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <Stack gap="md">
      {events.isPending && (
        <Panel>
          <RowsSkeleton rows={5} />
        </Panel>
      )}
      {events.isLoadingError && (
        <Panel>
          <ErrorState error={events.error} onRetry={() => void events.refetch()} />
        </Panel>
      )}
      {events.isSuccess && rows.length === 0 && (
        <Panel>
          <EmptyState icon={CircleCheck} title="Nothing was rejected">
            What the CRM publishes in its own database transaction and what cannot be accepted
            stands here, with the reason, until somebody publishes it again or discards it.
          </EmptyState>
        </Panel>
      )}
      {rows.length > 0 && (
        <>
          <Text size="sm" c="dimmed">
            The CRM published these in its own database transaction, and they could not be accepted.
            Once the reason is mended, publish them again.
          </Text>
          <ul className={classes.list} aria-label="Rejected events">
            {rows.map((event) => (
              <RejectedRow key={event.id} event={event} />
            ))}
          </ul>
        </>
      )}
      {events.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={events.isFetchingNextPage}
            onClick={() => void events.fetchNextPage()}
          >
            {events.isFetchNextPageError ? 'Could not load more. Try again' : 'Load more'}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
