import type { Webhook } from '@sydx/contract';
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useRotateSecret } from '../../api/webhooks.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { INTEGRATION_WORDS } from './integration/integration-words.ts';
import { NewSecret } from './secret/NewSecret.tsx';

interface RotateSecretDialogProps {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

/** Asks, rotates, and shows the new secret once. */
export function RotateSecretDialog({ webhook, opened, onClose }: RotateSecretDialogProps) {
  const rotate = useRotateSecret(webhook.id);
  const secret = rotate.data?.secret;
  const close = () => {
    onClose();
    rotate.reset();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={
        secret === undefined ? `Rotate the secret of “${webhook.name}”?` : 'Copy your new secret'
      }
      // A secret that is shown once is not lost to a stray click.
      closeOnClickOutside={secret === undefined}
      closeOnEscape={secret === undefined}
      withCloseButton={secret === undefined}
    >
      {secret === undefined ? (
        <Stack>
          <WhatHappens webhook={webhook} />
          {rotate.isError && <ErrorNote error={rotate.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              Rotate Secret
            </Button>
          </Group>
        </Stack>
      ) : (
        <NewSecret secret={secret} onDone={close} isReplacing />
      )}
    </Modal>
  );
}

function WhatHappens({ webhook }: { webhook: Webhook }) {
  const { secretHint: hint, integration } = webhook;
  const rotated = integration === null ? null : INTEGRATION_WORDS[integration].rotated;
  return (
    <>
      <Text>
        A new secret is generated. The old one, which ends in <b>{hint}</b>, is immediately
        invalidated:
      </Text>
      <List size="sm" spacing={6}>
        <List.Item>
          From the next request on, everything is signed with the new secret only, retries included.
        </List.Item>
        <List.Item>
          {rotated ??
            'Until you update the secret in your receiving application, it rejects deliveries. They are retried after 5 seconds, 30 seconds and 2 minutes, then marked as failed.'}
        </List.Item>
      </List>
    </>
  );
}
