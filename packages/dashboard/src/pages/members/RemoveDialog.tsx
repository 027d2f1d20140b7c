import type { Member } from '@sydx/contract';
import { List, Text } from '@mantine/core';
import { useRemoveMember } from '../../api/members.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone } from '../../ui/notify.ts';

interface RemoveDialogProps {
  member: Member;
  isYou: boolean;
  opened: boolean;
  onClose: () => void;
}

export function RemoveDialog({ member, isYou, opened, onClose }: RemoveDialogProps) {
  const { mutateAsync } = useRemoveMember(member.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={isYou ? 'Leave this account?' : `Remove ${member.name}?`}
      confirmLabel={isYou ? 'Leave' : 'Remove'}
      isDangerous
      onConfirm={async () => {
        await mutateAsync();
        if (!isYou) notifyDone(`${member.name} is removed.`);
      }}
    >
      {isYou ? (
        <Text>You are signed out of it at once. Only an admin can invite you again.</Text>
      ) : (
        <List size="sm" spacing={6}>
          <List.Item>Every browser signed in as {member.email} is out within a second.</List.Item>
          <List.Item>
            Webhooks and sources stay. So do API keys: delete those that only this person should
            know.
          </List.Item>
          <List.Item>Other accounts of this person are not touched.</List.Item>
        </List>
      )}
    </ConfirmDialog>
  );
}
