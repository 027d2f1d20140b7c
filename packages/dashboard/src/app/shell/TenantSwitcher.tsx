import { Box, Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown } from 'lucide-react';
import { switchTenant, useSession } from '../../api/session.ts';
import { notifyProblem } from '../../ui/notify.ts';
import classes from './Shell.module.css';

/** The account one works in; a menu where a person has several. */
export function TenantSwitcher() {
  const { tenant, tenants } = useSession();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: switchTenant,
    onSuccess: async () => navigate({ to: '/settings/webhooks' }),
    onError: notifyProblem,
  });
  if (tenants.length < 2) {
    return (
      <Box px={8} py={6}>
        <TenantName name={tenant.name} plan={tenant.plan} />
      </Box>
    );
  }
  return (
    <Menu width={232} position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <TenantName name={tenant.name} plan={tenant.plan} />
            <VisuallyHidden>Switch account</VisuallyHidden>
            <ChevronsUpDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Label>Switch account</Menu.Label>
        {tenants.map((one) => (
          <Menu.Item
            key={one.id}
            disabled={change.isPending}
            rightSection={one.id === tenant.id ? <Check size={14} aria-label="current" /> : null}
            onClick={() => {
              if (one.id !== tenant.id) change.mutate(one.id);
            }}
          >
            <TenantName name={one.name} plan={one.plan} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function TenantName({ name, plan }: { name: string; plan: string }) {
  return (
    <Box miw={0}>
      <Text size="sm" fw={500} truncate>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {plan.charAt(0).toUpperCase()}
        {plan.slice(1)} plan
      </Text>
    </Box>
  );
}
