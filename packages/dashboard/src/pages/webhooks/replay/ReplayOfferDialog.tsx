import type { PatchedWebhook, Webhook } from '@sydx/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useStartReplay } from '../../../api/replays.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { plural } from '../../../ui/figures.ts';
import { ReplayProgress } from '../../../ui/ReplayProgress.tsx';

interface ReplayOfferDialogProps {
  webhook: Webhook;
  offer: NonNullable<PatchedWebhook['replayOffer']> | null;
  onClose: () => void;
}

export function ReplayOfferDialog({ webhook, offer, onClose }: ReplayOfferDialogProps) {
  const start = useStartReplay(webhook.id);
  return (
    <Modal opened={offer !== null} onClose={onClose} title="Replay what was cancelled?">
      <Stack>
        {start.data === undefined && offer !== null && (
          <Text>
            “{webhook.name}” is enabled. Disabling it had cancelled the deliveries of{' '}
            <b>{plural(offer.count, 'event')}</b>. Replaying sends each of them now, once, to the
            present URL.
          </Text>
        )}
        {start.data !== undefined && <ReplayProgress replayId={start.data.id} />}
        {start.isError && <ErrorNote error={start.error} />}
        <Group justify="flex-end">
          {start.data === undefined && offer !== null ? (
            <>
              <Button variant="default" onClick={onClose}>
                Not now
              </Button>
              <Button
                data-autofocus
                loading={start.isPending}
                onClick={() => start.mutate({ from: offer.from, status: offer.status })}
              >
                Replay {plural(offer.count, 'event')}
              </Button>
            </>
          ) : (
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
