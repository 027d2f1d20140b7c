import type { Invite } from '@sydx/contract';
import { Box, Button, Group, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Mail } from 'lucide-react';
import { useInvites, useRevokeInvite } from '../../api/invites.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowIcon, RowList, RowName } from '../../ui/RowList.tsx';
import { roleLabel } from './roles.ts';

/** Invitations that nobody has accepted yet; nothing at all while there are none. */
export function PendingInvites() {
  const { data, error } = useInvites();
  if (data === undefined) return error === null ? null : <ErrorNote error={error} />;
  if (data.length === 0) return null;
  return (
    <Box component="section">
      <Title order={2} fz="md" mb="sm">
        Pending invitations
      </Title>
      <RowList label="Pending invitations">
        {data.map((invite) => (
          <InviteRow key={invite.id} invite={invite} />
        ))}
      </RowList>
    </Box>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  const { id, email, role, expiresAt } = invite;
  const { mutateAsync } = useRevokeInvite(id);
  const [isRevoking, revoking] = useDisclosure(false);
  return (
    <Row label={email}>
      <Group wrap="nowrap" gap={16}>
        <RowIcon icon={Mail} />
        <Box miw={0} flex={1}>
          <RowName>{email}</RowName>
          <Text size="xs" c="dimmed">
            {roleLabel(role)} · ends <RelativeTime at={expiresAt} />
          </Text>
        </Box>
        <Button size="xs" variant="subtle" color="red" onClick={revoking.open}>
          Revoke
        </Button>
      </Group>
      <ConfirmDialog
        opened={isRevoking}
        onClose={revoking.close}
        title={`Revoke the invitation of ${email}?`}
        confirmLabel="Revoke"
        isDangerous
        onConfirm={async () => {
          await mutateAsync();
          notifyDone(`The invitation of ${email} is revoked.`);
        }}
      >
        Its link stops working at once. You can invite the same address again at any time.
      </ConfirmDialog>
    </Row>
  );
}
