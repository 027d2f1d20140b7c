import type { Session } from '@sydx/contract';
import { Avatar, Box, Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { ChevronsUpDown, KeyRound, LogOut, MonitorX } from 'lucide-react';
import { signOut, useSession } from '../../api/session.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyProblem } from '../../ui/notify.ts';
import { ChangePasswordDialog } from './ChangePasswordDialog.tsx';
import { ColorSchemeButton } from './ColorSchemeButton.tsx';
import classes from './Shell.module.css';

/** A fresh page, so that nothing of this person stays in memory. */
function leave(): void {
  window.location.assign('/sign-in');
}

export function AccountMenu() {
  const { person, role } = useSession();
  const [isChangingPassword, passwordDialog] = useDisclosure(false);
  const [isLeavingEverywhere, everywhereDialog] = useDisclosure(false);
  const leaving = useMutation({ mutationFn: signOut, onSuccess: leave, onError: notifyProblem });
  if (person === null) return <ColorSchemeButton />;
  const name = person.name || person.email;
  return (
    <>
      <Menu width={232} position="top-start" closeOnItemClick>
        <Menu.Target>
          <UnstyledButton className={classes.account}>
            <Group wrap="nowrap" gap="xs">
              <VisuallyHidden>Your account</VisuallyHidden>
              <Avatar size={28} radius="xl" color="sydx" variant="filled" aria-hidden>
                {name.slice(0, 1).toUpperCase()}
              </Avatar>
              <Box miw={0} flex={1}>
                <Text size="sm" fw={500} truncate>
                  {name}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {name === person.email ? describeRole(role) : person.email}
                </Text>
              </Box>
              <ChevronsUpDown size={14} aria-hidden />
            </Group>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Theme</Menu.Label>
          <Box px={6} pb={6}>
            <ColorSchemeButton />
          </Box>
          <Menu.Divider />
          <Menu.Item leftSection={<KeyRound size={14} />} onClick={passwordDialog.open}>
            Change password
          </Menu.Item>
          <Menu.Item leftSection={<MonitorX size={14} />} onClick={everywhereDialog.open}>
            Sign out everywhere
          </Menu.Item>
          <Menu.Item leftSection={<LogOut size={14} />} onClick={() => leaving.mutate('here')}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ChangePasswordDialog opened={isChangingPassword} onClose={passwordDialog.close} />
      <ConfirmDialog
        opened={isLeavingEverywhere}
        onClose={everywhereDialog.close}
        title="Sign out everywhere?"
        confirmLabel="Sign out everywhere"
        onConfirm={async () => leaving.mutateAsync('everywhere')}
      >
        Every browser and device where you are signed in is signed out at once, this one included.
      </ConfirmDialog>
    </>
  );
}

function describeRole(role: Session['role']): string {
  return role === 'admin' ? 'Admin' : 'Agent';
}
