import type { Source } from '@sydx/contract';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { notifyDone } from '../../ui/notify.ts';
import { SecretOnce } from '../../ui/SecretOnce.tsx';
import { viewOf } from './kinds.ts';

interface EditSourceDialogProps {
  source: Source;
  opened: boolean;
  onClose: () => void;
}

export function EditSourceDialog({ source, opened, onClose }: EditSourceDialogProps) {
  const [newToken, setNewToken] = useState<string | null>(null);
  const { EditForm } = viewOf(source.kind);
  const close = () => {
    onClose();
    setNewToken(null);
  };
  const finish = (verifyToken = '') => {
    notifyDone(`“${source.name}” is saved.`);
    if (verifyToken === '') close();
    else setNewToken(verifyToken);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={newToken === null ? `Edit “${source.name}”` : 'New verify token'}
      closeOnClickOutside={false}
      closeOnEscape={newToken === null}
      withCloseButton={newToken === null}
    >
      {newToken === null ? (
        <EditForm source={source} onSaved={finish} onCancel={close} />
      ) : (
        <Stack>
          <SecretOnce
            label="Verify token"
            value={newToken}
            warning="Meta asks for it only when the callback URL is verified: what is connected stays connected. Copy it if you are about to enter it there."
          />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
