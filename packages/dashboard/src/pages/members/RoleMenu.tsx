import type { Role } from '@sydx/contract';
import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Check, ChevronDown } from 'lucide-react';
import { useChangeRole } from '../../api/members.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import type { MemberProps } from './MemberRow.tsx';
import { ROLE_WORDS, roleLabel } from './roles.ts';

export function RoleMenu({ member, isYou, isLastAdmin }: MemberProps) {
  const change = useChangeRole(member.id);
  const [isConfirming, confirming] = useDisclosure(false);
  const choose = (role: Role) => {
    if (role === member.role) return;
    // Nobody but another admin can give it back.
    if (isYou) confirming.open();
    else {
      change.mutate(role, {
        onSuccess: () => notifyDone(`${member.name} is now ${asNoun(role)}.`),
        onError: notifyProblem,
      });
    }
  };
  return (
    <>
      <Menu
        width={300}
        position="bottom-end"
        withinPortal={false}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            miw={86}
            rightSection={<ChevronDown size={12} aria-hidden />}
            loading={change.isPending}
            aria-label={`Role of ${member.name}: ${roleLabel(member.role)}`}
          >
            {roleLabel(member.role)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ROLE_WORDS.map(({ role, label, description }) => (
            <Menu.Item
              key={role}
              disabled={isLastAdmin && role !== member.role}
              rightSection={role === member.role ? <Check size={14} aria-label="current" /> : null}
              onClick={() => choose(role)}
            >
              {label}
              <Text size="xs" c="dimmed">
                {isLastAdmin && role !== member.role ? LAST_ADMIN : description}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={isConfirming}
        onClose={confirming.close}
        title="Give up your admin role?"
        confirmLabel="Become an agent"
        isDangerous
        onConfirm={async () => change.mutateAsync('agent')}
      >
        You lose these pages at once: webhooks, sources, API keys and members. Only another admin
        can make you an admin again.
      </ConfirmDialog>
    </>
  );
}

function asNoun(role: Role): string {
  return `an ${roleLabel(role).toLowerCase()}`;
}

/** Why the last admin stays one. */
export const LAST_ADMIN = 'The account needs an admin. Make somebody else one first.';
