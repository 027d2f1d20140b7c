import { AppShell, CloseButton, Group, NavLink, Stack } from '@mantine/core';
import type { Role } from '@sydx/contract';
import { Link } from '@tanstack/react-router';
import {
  Braces,
  Inbox,
  KeyRound,
  type LucideIcon,
  Plug,
  Settings,
  Users,
  Webhook,
} from 'lucide-react';
import { useSession } from '../../api/session.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { ColorSchemeButton } from './ColorSchemeButton.tsx';
import classes from './Shell.module.css';
import { TenantSwitcher } from './TenantSwitcher.tsx';

interface Place {
  readonly to:
    | '/settings/webhooks'
    | '/settings/inbox'
    | '/settings/sources'
    | '/settings/event-types'
    | '/settings/api-keys'
    | '/settings/members';
  readonly label: string;
  readonly icon: LucideIcon;
}

const OUTBOUND_WEBHOOKS: Place = {
  to: '/settings/webhooks',
  label: 'Outbound Webhooks',
  icon: Webhook,
};

const INBOX: Place = { to: '/settings/inbox', label: 'Try-it inbox', icon: Inbox };

const PLACES: readonly Place[] = [
  OUTBOUND_WEBHOOKS,
  INBOX,
  { to: '/settings/sources', label: 'Sources', icon: Plug },
  { to: '/settings/event-types', label: 'Event types', icon: Braces },
  { to: '/settings/api-keys', label: 'API keys', icon: KeyRound },
  { to: '/settings/members', label: 'Members', icon: Users },
];

export function Sidebar({ onClose }: { onClose: () => void }) {
  const { kind, role } = useSession();
  const isPortal = kind === 'portal';
  const places = placesOf(isPortal, role);
  return (
    <>
      <AppShell.Section p="md" pb="xs">
        <Group justify="space-between" h={32}>
          <Brand />
          <CloseButton hiddenFrom="sm" onClick={onClose} aria-label="Close the menu" />
        </Group>
      </AppShell.Section>
      {!isPortal && (
        <AppShell.Section px="sm" pb="xs">
          <TenantSwitcher />
        </AppShell.Section>
      )}
      <AppShell.Section grow px="sm" py="xs">
        <Stack gap={2}>
          <NavLink
            component={Link}
            to="/settings"
            activeOptions={{ exact: true }}
            label="Settings"
            leftSection={<Settings size={16} aria-hidden />}
            className={`${classes.link} ${classes.section}`}
          />
          {places.map((place) => (
            <PlaceLink key={place.to} {...place} />
          ))}
        </Stack>
      </AppShell.Section>
      <AppShell.Section p="sm">
        {isPortal ? <ColorSchemeButton /> : <AccountMenu />}
      </AppShell.Section>
    </>
  );
}

/** A portal reaches webhooks, logs and inboxes; an agent reads there that they are for admins. */
function placesOf(isPortal: boolean, role: Role): readonly Place[] {
  if (role === 'agent') return [OUTBOUND_WEBHOOKS];
  return isPortal ? [OUTBOUND_WEBHOOKS, INBOX] : PLACES;
}

function PlaceLink({ to, label, icon: Icon }: Place) {
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      leftSection={<Icon size={16} aria-hidden />}
      className={classes.link ?? ''}
      ml={12}
      w="auto"
    />
  );
}
