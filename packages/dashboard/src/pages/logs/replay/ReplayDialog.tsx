import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { ReplayProgress } from '../../../ui/ReplayProgress.tsx';
import { ReplayForm, type ReplayStart } from './ReplayForm.tsx';
import { AnchorLink } from '../../../ui/links.tsx';

interface ReplayDialogProps {
  opened: boolean;
  onClose: () => void;
  /** What is chosen at first. */
  start?: ReplayStart;
  /** Told instead of showing the progress here. */
  onStarted?: (replayId: string) => void;
}

/** Sends again what ended in a status: webhook, window and count before, progress afterwards. */
export function ReplayDialog({ opened, onClose, start = {}, onStarted }: ReplayDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Replay deliveries" size="lg">
      <Replaying start={start} onClose={onClose} onStarted={onStarted} />
    </Modal>
  );
}

interface ReplayingProps {
  start: ReplayStart;
  onClose: () => void;
  onStarted: ((replayId: string) => void) | undefined;
}

function Replaying({ start, onClose, onStarted }: ReplayingProps) {
  const [replayId, setReplayId] = useState<string | null>(null);
  if (replayId === null) {
    return <ReplayForm start={start} onClose={onClose} onStarted={onStarted ?? setReplayId} />;
  }
  return (
    <Stack>
      <ReplayProgress replayId={replayId} />
      <Group justify="space-between">
        <AnchorLink to="/settings/webhooks/logs" search={{ replay: replayId }} size="sm">
          Open in Delivery Logs
        </AnchorLink>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
