import { List, Text } from '@mantine/core';
import { useDeleteEventType } from '../../api/event-types.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';

interface DeleteEventTypeDialogProps {
  type: string;
  opened: boolean;
  onClose: () => void;
}

export function DeleteEventTypeDialog({ type, opened, onClose }: DeleteEventTypeDialogProps) {
  const { mutateAsync } = useDeleteEventType(type);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete ${type}?`}
      confirmLabel="Delete"
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        notifyDone(`${type} is deleted.`);
      }}
    >
      <List size="sm" spacing={6}>
        <List.Item>What is published as {type} from now on is refused.</List.Item>
        <List.Item>Events and deliveries so far stay in the Delivery Logs.</List.Item>
      </List>
      <Text mt="xs">It cannot be deleted while a webhook subscribes to it.</Text>
    </ConfirmDialog>
  );
}
