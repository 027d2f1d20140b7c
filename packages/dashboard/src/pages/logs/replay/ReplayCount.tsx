import type { Webhook } from '@sydx/contract';
import { Alert, Skeleton, Text } from '@mantine/core';
import type { useReplayCount } from '../../../api/replays.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { plural } from '../../../ui/figures.ts';

interface ReplayCountProps {
  webhook: Webhook | undefined;
  status: 'success' | 'failed' | 'cancelled';
  count: ReturnType<typeof useReplayCount>;
  isWindowGiven: boolean;
}

const ENDED = { success: 'succeeded', failed: 'failed', cancelled: 'was cancelled' } as const;

/** What will happen, before it does. */
export function ReplayCount({ webhook, status, count, isWindowGiven }: ReplayCountProps) {
  if (webhook === undefined) return null;
  if (!isWindowGiven) return <Text c="dimmed">Enter when the window begins.</Text>;
  if (count.isError) return <ErrorNote error={count.error} />;
  return (
    <div role="status">
      {count.data === undefined && <Skeleton h={20} w="70%" aria-label="Counting" />}
      {count.data !== undefined && (
        <>
          <Text>{sentence(count.data.count, webhook.name, status)}</Text>
          {!webhook.enabled && (
            <Alert color="yellow" mt="xs">
              “{webhook.name}” is disabled. Enable it before you replay.
            </Alert>
          )}
        </>
      )}
    </div>
  );
}

function sentence(count: number, name: string, status: keyof typeof ENDED): string {
  if (count === 0) return `No event in this window has a latest delivery that ${ENDED[status]}.`;
  const them = count === 1 ? 'It goes' : 'Each goes';
  return `The latest delivery of ${plural(count, 'event')} to “${name}” ${ENDED[status]}. ${them} out once more, to the present URL with the present secret.`;
}
