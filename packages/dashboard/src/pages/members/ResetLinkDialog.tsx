import type { Member } from '@sydx/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useCreateResetLink } from '../../api/members.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { LinkOnce } from './LinkOnce.tsx';

interface ResetLinkDialogProps {
  member: Member;
  opened: boolean;
  onClose: () => void;
}

export function ResetLinkDialog({ member, opened, onClose }: ResetLinkDialogProps) {
  const create = useCreateResetLink(member.id);
  const close = () => {
    onClose();
    create.reset();
  };
  const isMade = create.data !== undefined;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={`Password-reset link for ${member.name}`}
      closeOnClickOutside={!isMade}
      closeOnEscape={!isMade}
      withCloseButton={!isMade}
    >
      {isMade ? (
        <LinkOnce
          label="Password-reset link"
          url={create.data.url}
          expiresAt={create.data.expiresAt}
          warning="Whoever opens it first sets the password. Send it in a way that only this person reads. If it is lost, make another: that ends this one."
          onDone={close}
        >
          Send this link to <strong>{member.email}</strong> yourself: no email goes out from here.
        </LinkOnce>
      ) : (
        <Stack>
          <Text>
            Makes a link by which {member.name} sets a new password. The present password works
            until then; when the new one is set, every browser signed in as {member.email} is signed
            out.
          </Text>
          {create.isError && <ErrorNote error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel
            </Button>
            <Button loading={create.isPending} onClick={() => create.mutate()}>
              Make the link
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
