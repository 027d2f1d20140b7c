import { Box, Button, Group, Modal, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ErrorNote } from './ErrorNote.tsx';

interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  /** A question: “Delete “n8n”?”. */
  title: string;
  /** What happens at once. */
  children: ReactNode;
  /** The verb that the button in the page says too. */
  confirmLabel: string;
  isDangerous?: boolean;
  /** The dialog waits for it, shows why it failed, and closes when it succeeds. */
  onConfirm: () => Promise<unknown>;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, onClose, title } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Confirmation {...props} />
    </Modal>
  );
}

function Confirmation({
  onClose,
  children,
  confirmLabel,
  isDangerous = false,
  onConfirm,
}: ConfirmDialogProps) {
  const [error, setError] = useState<unknown>(null);
  const [isWaiting, setIsWaiting] = useState(false);
  const confirm = async () => {
    setIsWaiting(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setIsWaiting(false);
    }
  };
  return (
    <Stack>
      <Box>{children}</Box>
      {error !== null && <ErrorNote error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          {...(isDangerous ? { color: 'red.8' } : {})}
          loading={isWaiting}
          onClick={() => void confirm()}
        >
          {confirmLabel}
        </Button>
      </Group>
    </Stack>
  );
}
