import type { Source } from '@sydx/contract';
import { Modal } from '@mantine/core';
import { SetupSteps } from './SetupSteps.tsx';

interface SetupDialogProps {
  source: Source;
  opened: boolean;
  onClose: () => void;
}

export function SetupDialog({ source, opened, onClose }: SetupDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={`Connect “${source.name}” in Meta`}>
      <SetupSteps source={source} />
    </Modal>
  );
}
