import type { Source } from '@sydx/contract';
import { List, Text } from '@mantine/core';
import { useDeleteSource } from '../../api/sources.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { viewOf } from './kinds.ts';

interface DeleteSourceDialogProps {
  source: Source;
  opened: boolean;
  onClose: () => void;
}

export function DeleteSourceDialog({ source, opened, onClose }: DeleteSourceDialogProps) {
  const { mutateAsync } = useDeleteSource(source.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete “${source.name}”?`}
      confirmLabel="Delete"
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        notifyDone(`“${source.name}” is deleted.`);
      }}
    >
      <Text mb="xs">Nothing from this source reaches your webhooks any more. At once:</Text>
      <List size="sm" spacing={6}>
        {viewOf(source.kind).deletion.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
        <List.Item>Events and deliveries so far stay in the Delivery Logs.</List.Item>
      </List>
      <Text mt="xs">This cannot be undone. A new source gets another URL.</Text>
    </ConfirmDialog>
  );
}
