import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useReplay } from '../../../api/replays.ts';
import { useWebhooks } from '../../../api/webhooks.ts';
import { ReplayProgress } from '../../../ui/ReplayProgress.tsx';
import { formatDateTime } from '../../../ui/time.ts';
import type { LogFilterChange } from '../filters.ts';
import { NO_FILTERS } from '../filters.ts';

interface ReplayViewProps {
  /** Of the replay that the address bar names; undefined for none. */
  replayId: string | undefined;
  change: (change: LogFilterChange, replace?: boolean) => void;
}

/** The progress of a replay, under an address of its own: it can be left and come back to. */
export function ReplayView({ replayId, change }: ReplayViewProps) {
  const close = () => change({ replay: undefined }, true);
  return (
    <Modal opened={replayId !== undefined} onClose={close} title="Replay">
      {replayId !== undefined && (
        <Stack>
          <About replayId={replayId} />
          <ReplayProgress replayId={replayId} />
          <Group justify="flex-end">
            <ShowDeliveries replayId={replayId} change={change} />
            <Button variant="default" onClick={close}>
              Close
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function About({ replayId }: { replayId: string }) {
  const { data } = useReplay(replayId);
  const { data: webhooks } = useWebhooks();
  if (data === undefined) return null;
  const name = webhooks?.find(({ id }) => id === data.webhookId)?.name ?? 'a deleted webhook';
  return (
    <Text size="sm" c="dimmed">
      What ended as {data.status} for {name}, accepted from {formatDateTime(data.from)} to{' '}
      {formatDateTime(data.to)}.
    </Text>
  );
}

function ShowDeliveries({
  replayId,
  change,
}: {
  replayId: string;
  change: ReplayViewProps['change'];
}) {
  const { data } = useReplay(replayId);
  if (data === undefined) return null;
  return (
    <Button
      variant="default"
      onClick={() =>
        change({
          ...NO_FILTERS,
          webhook: data.webhookId,
          from: data.createdAt,
          replay: undefined,
        })
      }
    >
      Show its deliveries
    </Button>
  );
}
