import type { Inbox } from '@sydx/contract';
import { List, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useDeleteInbox } from '../../api/inboxes.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';

interface DeleteInboxDialogProps {
  inbox: Inbox;
  opened: boolean;
  onClose: () => void;
}

export function DeleteInboxDialog({ inbox, opened, onClose }: DeleteInboxDialogProps) {
  const { mutateAsync } = useDeleteInbox(inbox.id);
  const navigate = useNavigate();
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Delete this inbox?"
      confirmLabel="Delete"
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        notifyDone('The inbox is deleted.');
        await navigate({ to: '/settings/inbox', search: {} });
      }}
    >
      <Text mb="xs">Its URL stops working. At once:</Text>
      <List size="sm" spacing={6}>
        <List.Item>What it received is no longer shown.</List.Item>
        {inbox.webhookId !== null && (
          <List.Item>
            The webhook that came with it is deleted; what is still waiting for it is cancelled.
          </List.Item>
        )}
        <List.Item>The deliveries so far stay in the Delivery Logs.</List.Item>
      </List>
      <Text mt="xs">This cannot be undone. A new inbox gets another URL.</Text>
    </ConfirmDialog>
  );
}
