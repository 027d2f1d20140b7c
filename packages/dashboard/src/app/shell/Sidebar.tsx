import { AppShell, CloseButton, Group, NavLink, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Braces, KeyRound, type LucideIcon, Plug, Settings, Users, Webhook } from 'lucide-react';
import { useSession } from '../../api/session.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { ColorSchemeButton } from './ColorSchemeButton.tsx';
import classes from './Shell.module.css';
import { TenantSwitcher } from './TenantSwitcher.tsx';

interface Place {
  readonly to:
    | '/settings/webhooks'
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

const PLACES: readonly Place[] = [
  OUTBOUND_WEBHOOKS,
  { to: '/settings/sources', label: 'Sources', icon: Plug },
  { to: '/settings/event-types', label: 'Event types', icon: Braces },
  { to: '/settings/api-keys', label: 'API keys', icon: KeyRound },
  { to: '/settings/members', label: 'Members', icon: Users },
];

export function Sidebar({ onClose }: { onClose: () => void }) {
  const { kind, role } = useSession();
  const isPortal = kind === 'portal';
  // A portal reaches webhooks and logs only; an agent reads there that they are for admins.
  const places = isPortal || role === 'agent' ? [OUTBOUND_WEBHOOKS] : PLACES;
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
