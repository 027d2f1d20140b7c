import { Stack, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useRejectedEvents } from '../../api/rejected-events.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FoldedList } from '../../ui/FoldedList.tsx';
import { PagedList } from '../../ui/PagedList.tsx';
import { RejectedRow } from './RejectedRow.tsx';

/** What the CRM published in its own transactions and what could not be accepted, newest first. */
export function RejectedPage() {
  const events = useRejectedEvents();
  return (
    <Stack gap="md">
      <PagedList
        query={events}
        skeletonRows={5}
        empty={
          <EmptyState icon={CircleCheck} title="Nothing was rejected">
            What the CRM publishes in its own database transaction and what cannot be accepted
            stands here, with the reason, until somebody publishes it again or discards it.
          </EmptyState>
        }
      >
        {(rows) => (
          <>
            <Text size="sm" c="dimmed">
              The CRM published these in its own database transaction, and they could not be
              accepted. Once the reason is mended, publish them again.
            </Text>
            <FoldedList label="Rejected events">
              {rows.map((event) => (
                <RejectedRow key={event.id} event={event} />
              ))}
            </FoldedList>
          </>
        )}
      </PagedList>
    </Stack>
  );
}
