import type { Webhook } from '@sydx/contract';
import { Button, Group, Input, SegmentedControl, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { type ReplayWindow, useReplayCount, useStartReplay } from '../../../api/replays.ts';
import type { TimeWindow } from '../../../api/time-window.ts';
import { useWebhooks } from '../../../api/webhooks.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { plural } from '../../../ui/figures.ts';
import { ReplayCount } from './ReplayCount.tsx';
import { ReplayTime } from './ReplayTime.tsx';
import { replayBounds } from './replay-bounds.ts';

type ReplayStatus = ReplayWindow['status'];

/** What a replay dialog opens with. */
export interface ReplayStart {
  readonly webhookId?: string | undefined;
  readonly status?: ReplayStatus | undefined;
  readonly time?: TimeWindow | undefined;
}

interface ReplayFormProps {
  start: ReplayStart;
  onClose: () => void;
  onStarted: (replayId: string) => void;
}

const STATUSES: { value: ReplayStatus; label: string }[] = [
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
  { value: 'success', label: 'Success' },
];

export function ReplayForm({ start, onClose, onStarted }: ReplayFormProps) {
  const { data: webhooks } = useWebhooks();
  const [chosenId, setChosenId] = useState(start.webhookId ?? null);
  const [status, setStatus] = useState<ReplayStatus>(start.status ?? 'failed');
  // A moving window stands still here: what was counted is what is replayed.
  const [bounds, setBounds] = useState(() => replayBounds(start.time, Date.now()));
  const webhook = chosenWebhook(webhooks, chosenId);
  const { from } = bounds;
  const window: ReplayWindow | null = from === undefined ? null : { ...bounds, from, status };
  const count = useReplayCount(webhook?.id ?? null, window);
  const replay = useStartReplay(webhook?.id ?? '');
  const events = count.data?.count ?? 0;

  return (
    <Stack>
      <Select
        label="Webhook"
        placeholder="Choose a webhook"
        data={(webhooks ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={webhook?.id ?? null}
        onChange={setChosenId}
        allowDeselect={false}
        searchable
        data-autofocus={webhook === undefined || undefined}
      />
      <ReplayTime bounds={bounds} startsWith={start.time} onChange={setBounds} />
      <Input.Wrapper label="Deliveries that ended as" labelElement="div">
        <div>
          <SegmentedControl
            aria-label="Deliveries that ended as"
            size="sm"
            data={STATUSES}
            value={status}
            onChange={setStatus}
          />
        </div>
      </Input.Wrapper>
      <ReplayCount
        webhook={webhook}
        status={status}
        count={count}
        isWindowGiven={window !== null}
      />
      {replay.isError && <ErrorNote error={replay.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={window === null || events === 0 || count.isFetching}
          loading={replay.isPending}
          onClick={() =>
            window !== null && replay.mutate(window, { onSuccess: ({ id }) => onStarted(id) })
          }
        >
          {events === 0 ? 'Replay' : `Replay ${plural(events, 'event')}`}
        </Button>
      </Group>
    </Stack>
  );
}

/** The only webhook needs no choosing. */
function chosenWebhook(
  webhooks: readonly Webhook[] | undefined,
  id: string | null,
): Webhook | undefined {
  if (id === null && webhooks?.length === 1) return webhooks[0];
  return webhooks?.find((webhook) => webhook.id === id);
}
