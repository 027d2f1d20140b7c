import type { Webhook } from '@sydx/contract';
import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Compass } from 'lucide-react';
import { isProblem } from '../../api/problem-error.ts';
import { useTestWebhook, useWebhook } from '../../api/webhooks.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { AnchorLink, ButtonLink } from '../../ui/links.tsx';
import { Page } from '../../ui/Page.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { PageSkeleton } from '../../ui/Skeletons.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { EditWebhookForm } from './EditWebhookForm.tsx';
import { EnabledSwitch } from './EnabledSwitch.tsx';
import { FailingNote } from './failing/FailingNote.tsx';
import { filterInWords } from './filter/filter-words.ts';
import { INTEGRATION_WORDS } from './integration/integration-words.ts';
import { HealthGlance } from './list/HealthGlance.tsx';
import { RotateSecretDialog } from './RotateSecretDialog.tsx';
import { TestOutcome } from './test/TestOutcome.tsx';

const route = getRouteApi('/settings/webhooks/$id');

export function WebhookPage() {
  const { id } = route.useParams();
  const { data: webhook, error, refetch } = useWebhook(id);
  if (webhook !== undefined) return <LoadedWebhook key={id} webhook={webhook} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title="Webhook" back={<Back />} isNarrow>
      <Panel>
        {isProblem(error, 'not_found') ? (
          <EmptyState icon={Compass} title="There is no such webhook">
            It was deleted, or the address is mistyped.
          </EmptyState>
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </Panel>
    </Page>
  );
}

function Back() {
  return (
    <AnchorLink to="/settings/webhooks" size="sm" c="dimmed">
      <Group gap={6}>
        <ArrowLeft size={14} aria-hidden />
        Outbound Webhooks
      </Group>
    </AnchorLink>
  );
}

function LoadedWebhook({ webhook }: { webhook: Webhook }) {
  const test = useTestWebhook(webhook.id);
  return (
    <Page
      title={webhook.name}
      isNarrow
      back={<Back />}
      description={
        <>
          Created <RelativeTime at={webhook.createdAt} />
          {webhook.integration !== null && `. ${INTEGRATION_WORDS[webhook.integration].ending}`}
        </>
      }
      actions={
        <>
          <ButtonLink
            variant="default"
            to="/settings/webhooks/logs"
            search={{ webhook: webhook.id }}
          >
            Delivery Logs
          </ButtonLink>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            Test
          </Button>
        </>
      }
    >
      <Stack gap="lg">
        {!test.isIdle && (
          <TestOutcome
            integration={webhook.integration}
            isPending={test.isPending}
            error={test.error}
            delivery={test.data}
            onClose={test.reset}
          />
        )}
        <FailingNote webhookId={webhook.id} />
        <Status webhook={webhook} />
        <Panel
          title="Settings"
          description="Changes hold from the next attempt on, retries included."
        >
          <EditWebhookForm webhook={webhook} />
        </Panel>
        <SecretPanel webhook={webhook} />
        <DangerPanel webhook={webhook} />
      </Stack>
    </Page>
  );
}

function Status({ webhook }: { webhook: Webhook }) {
  return (
    <Panel>
      <Group justify="space-between" gap="lg">
        <Group gap="sm" wrap="nowrap">
          <EnabledSwitch webhook={webhook} />
          <Box>
            <Text fw={600}>{webhook.enabled ? 'Enabled' : 'Disabled'}</Text>
            <Text size="sm" c="dimmed">
              {statusInWords(webhook)}
            </Text>
          </Box>
        </Group>
        <HealthGlance webhookId={webhook.id} />
      </Group>
    </Panel>
  );
}

function statusInWords({ enabled, filter }: Webhook): string {
  if (!enabled) return 'Nothing is sent but a Test.';
  if (filter === null) return 'Events are delivered as they happen.';
  return `Events are delivered as they happen, only when ${filterInWords(filter)}.`;
}

function SecretPanel({ webhook }: { webhook: Webhook }) {
  const [isRotating, rotating] = useDisclosure(false);
  return (
    <>
      <Panel
        title="Secret"
        description={
          <>
            Ends in <code>{webhook.secretHint}</code>. It was shown once and cannot be shown again.
            If you suspect that someone else has it, rotate it.
          </>
        }
        actions={
          <Button variant="default" onClick={rotating.open}>
            Rotate Secret
          </Button>
        }
      />
      <RotateSecretDialog webhook={webhook} opened={isRotating} onClose={rotating.close} />
    </>
  );
}

function DangerPanel({ webhook }: { webhook: Webhook }) {
  const navigate = useNavigate();
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <>
      <Panel
        title="Delete this webhook"
        description="All future event deliveries to this URL will stop. Its Delivery Logs stay."
        actions={
          <Button variant="outline" color="red" onClick={deleting.open}>
            Delete
          </Button>
        }
      />
      <DeleteDialog
        webhook={webhook}
        opened={isDeleting}
        onClose={deleting.close}
        onDeleted={() => void navigate({ to: '/settings/webhooks' })}
      />
    </>
  );
}
