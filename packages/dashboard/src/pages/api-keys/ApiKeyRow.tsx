import type { ApiKey } from '@sydx/contract';
import { Box, Button, Group, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useDeleteApiKey } from '../../api/api-keys.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowName } from '../../ui/RowList.tsx';
import classes from './ApiKeyRow.module.css';
import { scopeLabel } from './scopes.ts';

export function ApiKeyRow({ apiKey }: { apiKey: ApiKey }) {
  const [isDeleting, deleting] = useDisclosure(false);
  const { name, scopes, keyHint, createdAt, lastUsedAt } = apiKey;
  return (
    <Row label={name}>
      <Box className={classes.row}>
        <Box miw={0}>
          <RowName>{name}</RowName>
          <Text size="xs" c="dimmed">
            <Text span inherit ff="monospace">
              sydx_…{keyHint}
            </Text>{' '}
            · created <RelativeTime at={createdAt} /> ·{' '}
            {lastUsedAt === null ? (
              'never used'
            ) : (
              <>
                used <RelativeTime at={lastUsedAt} />
              </>
            )}
          </Text>
        </Box>
        <Group gap={6} className={classes.scopes}>
          {scopes.map((scope) => (
            <span key={scope} className={classes.scope} title={scope}>
              {scopeLabel(scope)}
            </span>
          ))}
        </Group>
        <Button size="xs" variant="subtle" color="red" onClick={deleting.open}>
          Delete
        </Button>
      </Box>
      <DeleteDialog apiKey={apiKey} opened={isDeleting} onClose={deleting.close} />
    </Row>
  );
}

interface DeleteDialogProps {
  apiKey: ApiKey;
  opened: boolean;
  onClose: () => void;
}

function DeleteDialog({ apiKey, opened, onClose }: DeleteDialogProps) {
  const { mutateAsync } = useDeleteApiKey(apiKey.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete “${apiKey.name}”?`}
      confirmLabel="Delete"
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        notifyDone(`“${apiKey.name}” is deleted.`);
      }}
    >
      <List size="sm" spacing={6}>
        <List.Item>
          Within a second, whatever uses the key ending in{' '}
          <Text span inherit ff="monospace">
            {apiKey.keyHint}
          </Text>{' '}
          is answered 401.
        </List.Item>
        <List.Item>Events that it published stay, and are delivered.</List.Item>
      </List>
      <Text mt="xs">
        This cannot be undone. To change a key without a gap, create the new one first.
      </Text>
    </ConfirmDialog>
  );
}
