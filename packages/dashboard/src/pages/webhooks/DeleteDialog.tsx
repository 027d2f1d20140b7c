import type { Webhook } from '@sydx/contract';
import { List, Text } from '@mantine/core';
import { useDeleteWebhook } from '../../api/webhooks.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';

interface DeleteDialogProps {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDialog({ webhook, opened, onClose, onDeleted }: DeleteDialogProps) {
  const { mutateAsync } = useDeleteWebhook(webhook.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete “${webhook.name}”?`}
      confirmLabel="Delete"
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        notifyDone(`“${webhook.name}” is deleted.`);
        onDeleted?.();
      }}
    >
      <Text mb="xs">All future event deliveries to this URL will stop. At once:</Text>
      <List size="sm" spacing={6}>
        <List.Item>What is still waiting to be delivered is cancelled.</List.Item>
        <List.Item>
          The secret is destroyed. A new webhook to the same URL gets another one.
        </List.Item>
        <List.Item>Its Delivery Logs stay, until they are 30 days old.</List.Item>
      </List>
      <Text mt="xs">This cannot be undone. To pause it instead, switch it off.</Text>
    </ConfirmDialog>
  );
}
