import { LIMITS, type Webhook } from '@sydx/contract';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plus, Search, SearchX, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { useWebhooks } from '../../api/webhooks.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { ButtonLink } from '../../ui/links.tsx';
import { plural } from '../../ui/figures.ts';
import { Panel } from '../../ui/Panel.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import { TryWithoutTool } from '../inbox/TryWithoutTool.tsx';
import { CreateWebhookDialog } from './CreateWebhookDialog.tsx';
import { WebhookList } from './list/WebhookList.tsx';

/** Fewer are found faster by looking. */
const SEARCHED_FROM = 6;

export function WebhooksPage() {
  const { data, error, isPending, refetch } = useWebhooks();
  const [isCreating, creating] = useDisclosure(false);
  if (isPending) {
    return (
      <Panel>
        <RowsSkeleton />
      </Panel>
    );
  }
  if (data === undefined) {
    return (
      <Panel>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return (
    <>
      {data.length === 0 ? (
        <NoWebhooks onCreate={creating.open} />
      ) : (
        <Webhooks webhooks={data} onCreate={creating.open} />
      )}
      <CreateWebhookDialog opened={isCreating} onClose={creating.close} />
    </>
  );
}

function Webhooks({ webhooks, onCreate }: { webhooks: readonly Webhook[]; onCreate: () => void }) {
  const [search, setSearch] = useState('');
  const found = webhooks.filter((webhook) => matches(webhook, search));
  const isFull = webhooks.length >= LIMITS.webhooksPerTenant;
  return (
    <>
      <Group justify="space-between" mb="md" gap="sm">
        {webhooks.length >= SEARCHED_FROM ? (
          <TextInput
            type="search"
            placeholder="Search by name, URL or event"
            aria-label="Search webhooks"
            leftSection={<Search size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            flex="0 1 320px"
          />
        ) : (
          <Text c="dimmed" size="sm">
            {plural(webhooks.length, 'webhook')}. Health shows the last 24 hours.
          </Text>
        )}
        <Group gap="xs">
          <ButtonLink
            variant="default"
            to="/settings/webhooks/connect/$tool"
            params={{ tool: 'n8n' }}
          >
            Connect guides
          </ButtonLink>
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={onCreate} disabled={isFull}>
            Create Webhook
          </Button>
        </Group>
      </Group>
      {isFull && (
        <Text size="sm" c="dimmed" mb="md" role="status">
          The account has {LIMITS.webhooksPerTenant} webhooks, as many as it may have. Delete one
          that is not needed to create another.
        </Text>
      )}
      {found.length > 0 ? (
        <WebhookList webhooks={found} />
      ) : (
        <Panel>
          <EmptyState
            icon={SearchX}
            title="No webhook matches"
            action={
              <Button variant="default" onClick={() => setSearch('')}>
                Clear the search
              </Button>
            }
          >
            Nothing has “{search}” in its name, URL or events.
          </EmptyState>
        </Panel>
      )}
    </>
  );
}

function matches({ name, url, events }: Webhook, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [name, url, ...events].some((text) => text.toLowerCase().includes(wanted));
}

function NoWebhooks({ onCreate }: { onCreate: () => void }) {
  return (
    <Panel>
      <EmptyState
        icon={WebhookIcon}
        title="No webhooks yet"
        action={
          <Group justify="center" gap="xs">
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={onCreate}>
              Create Webhook
            </Button>
            <ButtonLink
              variant="default"
              to="/settings/webhooks/connect/$tool"
              params={{ tool: 'n8n' }}
            >
              Connect guides
            </ButtonLink>
            <TryWithoutTool />
          </Group>
        }
      >
        A webhook sends every event you select to a URL of yours: n8n, Zapier, Make.com or your own
        server. No polling required.
      </EmptyState>
    </Panel>
  );
}
