import { type InboxRequest, LIMITS } from '@sydx/contract';
import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { CloudOff, Inbox } from 'lucide-react';
import { useState } from 'react';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { plural } from '../../../ui/figures.ts';
import { FoldedList } from '../../../ui/FoldedList.tsx';
import { LiveState } from '../../../ui/LiveState.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { RowsSkeleton } from '../../../ui/Skeletons.tsx';
import { useNow } from '../../../ui/useNow.ts';
import { RequestRow } from './RequestRow.tsx';

interface RequestsProps {
  /** Oldest first. */
  query: UseQueryResult<readonly InboxRequest[]>;
}

/** What arrived, newest first and live. */
export function Requests({ query: { data, error, refetch } }: RequestsProps) {
  const isCut = error !== null;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Title order={2} fz="md">
            What arrived
          </Title>
          {data !== undefined && (
            <LiveState
              state={isCut ? 'interrupted' : 'live'}
              words={isCut ? 'Disconnected, reconnecting…' : 'Live'}
            />
          )}
        </Group>
        {data !== undefined && data.length > 0 && (
          <Text size="xs" c="dimmed" className="figures" role="status">
            {countInWords(data)}
          </Text>
        )}
      </Group>
      {isCut && data !== undefined && (
        <Alert color="yellow" icon={<CloudOff size={16} />} title="The server does not answer">
          The page asks again every second and goes on by itself. What could not be delivered
          meanwhile is sent again.
        </Alert>
      )}
      {data === undefined && (
        <Panel>
          {isCut ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <RowsSkeleton rows={3} />
          )}
        </Panel>
      )}
      {data?.length === 0 && (
        <Panel>
          <EmptyState icon={Inbox} title="Waiting for the first request">
            Press <b>Send test event</b>, and it is here within a second. Events of your CRM and
            whatever else is sent to the URL appear here, too.
          </EmptyState>
        </Panel>
      )}
      {data !== undefined && data.length > 0 && <List requests={data} />}
    </Stack>
  );
}

function countInWords(requests: readonly InboxRequest[]): string {
  const dropped = (requests[0]?.number ?? 1) - 1;
  const kept = `the last ${LIMITS.inboxRequests} are kept`;
  if (dropped === 0) return `${plural(requests.length, 'request')}; ${kept}`;
  return `The last ${requests.length} of ${plural(requests.length + dropped, 'request')}; ${kept}`;
}

function List({ requests }: { requests: readonly InboxRequest[] }) {
  const nowMs = useNow(60_000);
  const newest = requests.at(-1)?.number;
  // Whatever came last is open, until somebody opens or closes one.
  const [chosen, setChosen] = useState<number | 'newest' | null>('newest');
  const open = chosen === 'newest' ? newest : chosen;
  return (
    <FoldedList label="Requests">
      {requests.toReversed().map((request) => {
        const isOpen = request.number === open;
        return (
          <RequestRow
            key={request.number}
            request={request}
            nowMs={nowMs}
            isOpen={isOpen}
            onToggle={(wanted) => {
              if (wanted !== isOpen) setChosen(wanted ? request.number : null);
            }}
          />
        );
      })}
    </FoldedList>
  );
}
