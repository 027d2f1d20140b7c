import type { DeliveryDetail } from '@sydx/contract';
import { Button, Group, Stack } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useRedeliver } from '../../../api/deliveries.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { notifyDone } from '../../../ui/notify.ts';
import { curlCommand } from './curl.ts';

interface DeliveryActionsProps {
  delivery: DeliveryDetail;
  /** Opens another delivery. */
  onOpen: (id: string) => void;
}

export function DeliveryActions({ delivery, onOpen }: DeliveryActionsProps) {
  const redeliver = useRedeliver();
  const sendAgain = () =>
    redeliver.mutate(delivery.id, {
      onSuccess: ({ id }) => {
        notifyDone('Redelivered. This is the new delivery.');
        onOpen(id);
      },
    });
  const { payload } = delivery;
  const canCurl = payload !== null && delivery.attempts.length > 0;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button
          leftSection={<RotateCw size={14} aria-hidden />}
          loading={redeliver.isPending}
          onClick={sendAgain}
        >
          Redeliver
        </Button>
        {canCurl && (
          <CopyButton
            look="button"
            value={curlCommand(delivery, payload)}
            label="Copy as curl"
            onCopied={() => notifyDone('Set WEBHOOK_SECRET in your shell, then paste.')}
          />
        )}
      </Group>
      {redeliver.isError && <ErrorNote error={redeliver.error} />}
    </Stack>
  );
}
