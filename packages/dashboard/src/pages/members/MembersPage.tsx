import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { UserPlus, Users } from 'lucide-react';
import { useMembers } from '../../api/members.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ListStates } from '../../ui/ListStates.tsx';
import { Page } from '../../ui/Page.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { MemberList } from './MemberList.tsx';
import { PendingInvites } from './PendingInvites.tsx';

export function MembersPage() {
  const members = useMembers();
  const [isInviting, inviting] = useDisclosure(false);
  const invite = (
    <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={inviting.open}>
      Invite
    </Button>
  );
  return (
    <Page
      title="Members"
      description="Who may sign in to this account. Outbound Webhooks is for admins only."
      actions={invite}
    >
      <Stack gap="xl">
        <ListStates
          query={members}
          empty={
            <EmptyState icon={Users} title="No members yet">
              Programs reach this account by API key. Invite somebody to let a person in.
            </EmptyState>
          }
        >
          {(list) => <MemberList members={list} />}
        </ListStates>
        {members.data !== undefined && <PendingInvites />}
      </Stack>
      <InviteDialog opened={isInviting} onClose={inviting.close} />
    </Page>
  );
}
