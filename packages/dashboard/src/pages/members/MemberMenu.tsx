import { ActionIcon, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Ellipsis, KeyRound, UserMinus } from 'lucide-react';
import type { MemberProps } from './MemberRow.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { ResetLinkDialog } from './ResetLinkDialog.tsx';
import { LAST_ADMIN } from './RoleMenu.tsx';

export function MemberMenu({ member, isYou, isLastAdmin }: MemberProps) {
  const [isResetting, resetting] = useDisclosure(false);
  const [isRemoving, removing] = useDisclosure(false);
  return (
    <>
      <Menu
        width={260}
        position="bottom-end"
        withinPortal={false}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More about ${member.name}`}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!isYou && (
            <Menu.Item leftSection={<KeyRound size={14} aria-hidden />} onClick={resetting.open}>
              Password-reset link
            </Menu.Item>
          )}
          <Menu.Item
            {...(isLastAdmin ? {} : { c: 'var(--sydx-bad)' })}
            disabled={isLastAdmin}
            leftSection={<UserMinus size={14} aria-hidden />}
            onClick={removing.open}
          >
            {isYou ? 'Leave the account' : 'Remove'}
            {isLastAdmin && (
              <Text size="xs" c="dimmed">
                {LAST_ADMIN}
              </Text>
            )}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ResetLinkDialog member={member} opened={isResetting} onClose={resetting.close} />
      <RemoveDialog member={member} isYou={isYou} opened={isRemoving} onClose={removing.close} />
    </>
  );
}
