import type { Source } from '@sydx/contract';
import { Modal } from '@mantine/core';
import { viewOf } from './kinds.ts';

interface SetupDialogProps {
  source: Source;
  opened: boolean;
  onClose: () => void;
}

export function SetupDialog({ source, opened, onClose }: SetupDialogProps) {
  const { Setup, setupTitle } = viewOf(source.kind);
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={setupTitle(source.name)}>
      <Setup source={source} />
    </Modal>
  );
}
