import { List, Text } from '@mantine/core';
import { Sparkles } from 'lucide-react';
import { useSession } from '../api/session.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Page } from '../ui/Page.tsx';

export function UpgradePage() {
  const { tenant } = useSession();
  return (
    <Page title="Outbound Webhooks">
      <EmptyState icon={Sparkles} title="Outbound Webhooks is part of the Pro plan">
        <Text size="sm">
          {tenant.name} is on the plan “{tenant.plan}”. With Pro, whatever happens in your CRM
          reaches your own tools the moment it happens:
        </Text>
        <List size="sm" mt="sm" ta="left" spacing={4} style={{ display: 'inline-block' }}>
          <List.Item>messages, contacts, leads, campaigns and flows, as they happen</List.Item>
          <List.Item>signed requests to n8n, Zapier, Make.com or your own server</List.Item>
          <List.Item>automatic retries, and a log of every delivery</List.Item>
        </List>
        <Text size="sm" mt="sm">
          Ask whoever manages your Sydx AI subscription to upgrade. Webhooks that exist are kept.
        </Text>
      </EmptyState>
    </Page>
  );
}
