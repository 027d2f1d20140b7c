import type { Webhook } from '@sydx/contract';
import { Badge, Box, Button, Collapse, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTestWebhook } from '../../../api/webhooks.ts';
import { AnchorLink } from '../../../ui/links.tsx';
import { maskUrl } from '../../../ui/mask-url.ts';
import { InboxBadge } from '../../inbox/InboxBadge.tsx';
import { DeleteDialog } from '../DeleteDialog.tsx';
import { EnabledSwitch } from '../EnabledSwitch.tsx';
import { FailingBadge } from '../failing/FailingBadge.tsx';
import { FailingNote } from '../failing/FailingNote.tsx';
import { FilterBadge } from '../filter/FilterBadge.tsx';
import { IntegrationBadge } from '../integration/IntegrationBadge.tsx';
import { RotateSecretDialog } from '../RotateSecretDialog.tsx';
import { TestOutcome } from '../test/TestOutcome.tsx';
import { EventList } from './EventList.tsx';
import { HealthGlance } from './HealthGlance.tsx';
import classes from './WebhookRow.module.css';

export function WebhookRow({ webhook }: { webhook: Webhook }) {
  const test = useTestWebhook(webhook.id);
  const [isRotating, rotating] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  return (
    <Box component="li" className={classes.row} aria-label={webhook.name}>
      <Box className={classes.summary}>
        <Box className={classes.identity}>
          <Group gap={8} wrap="nowrap">
            <AnchorLink
              to="/settings/webhooks/$id"
              params={{ id: webhook.id }}
              className={classes.name ?? ''}
            >
              {webhook.name}
            </AnchorLink>
            {!webhook.enabled && (
              <Badge size="sm" variant="default">
                Disabled
              </Badge>
            )}
            <IntegrationBadge integration={webhook.integration} />
            <InboxBadge webhook={webhook} />
            <FilterBadge filter={webhook.filter} />
            <FailingBadge webhookId={webhook.id} />
          </Group>
          <Text className={classes.url} title="Masked. Open the webhook to see it in full.">
            {maskUrl(webhook.url)}
          </Text>
          <EventList events={webhook.events} />
        </Box>
        <Box className={classes.health}>
          <HealthGlance webhookId={webhook.id} />
        </Box>
        <Group gap={6} wrap="nowrap" className={classes.actions}>
          <Button
            size="xs"
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          <Button size="xs" variant="default" onClick={rotating.open}>
            Rotate Secret
          </Button>
          <Button size="xs" variant="subtle" color="red" onClick={deleting.open}>
            Delete
          </Button>
          <Box className={classes.switch}>
            <EnabledSwitch webhook={webhook} />
          </Box>
        </Group>
      </Box>
      <Box className={classes.failing}>
        <FailingNote webhookId={webhook.id} />
      </Box>
      <Collapse expanded={!test.isIdle}>
        <Box pt="md">
          <TestOutcome
            integration={webhook.integration}
            isPending={test.isPending}
            error={test.error}
            delivery={test.data}
            onClose={test.reset}
          />
        </Box>
      </Collapse>
      <RotateSecretDialog webhook={webhook} opened={isRotating} onClose={rotating.close} />
      <DeleteDialog webhook={webhook} opened={isDeleting} onClose={deleting.close} />
    </Box>
  );
}
