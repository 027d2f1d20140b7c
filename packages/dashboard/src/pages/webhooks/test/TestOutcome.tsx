import type { DeliveryDetail, Integration } from '@sydx/contract';
import { ATTEMPT_ERRORS } from '@sydx/contract';
import { Box, CloseButton, Group, Loader, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { CodeBlock } from '../../../ui/CodeBlock.tsx';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { AnchorLink } from '../../../ui/links.tsx';
import { formatDuration } from '../../../ui/time.ts';
import { INTEGRATION_WORDS } from '../integration/integration-words.ts';
import classes from './TestOutcome.module.css';

interface TestOutcomeProps {
  /** Of the tested webhook: `410 Gone` deleted it. */
  integration: Integration | null;
  isPending: boolean;
  /** Why the test could not be sent at all. */
  error: unknown;
  delivery: DeliveryDetail | undefined;
  onClose: () => void;
}

/** What became of a Test, in the place where it was pressed. */
export function TestOutcome({
  integration,
  isPending,
  error,
  delivery,
  onClose,
}: TestOutcomeProps) {
  return (
    <Box role="status" aria-label="Result of the test">
      {isPending && (
        <Group gap="xs" className={classes.outcome}>
          <Loader size={14} />
          <Text size="sm">Sending test.ping… your server has 5 seconds to answer.</Text>
        </Group>
      )}
      {!isPending && error !== null && <ErrorNote error={error} />}
      {!isPending && delivery !== undefined && (
        <Outcome integration={integration} delivery={delivery} onClose={onClose} />
      )}
    </Box>
  );
}

interface OutcomeProps {
  integration: Integration | null;
  delivery: DeliveryDetail;
  onClose: () => void;
}

function Outcome({ integration, delivery, onClose }: OutcomeProps) {
  const isGood = delivery.status === 'success';
  const response = delivery.attempts.at(-1)?.response ?? null;
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <Stack gap="sm" className={classes.outcome} data-good={isGood || undefined}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Icon size={18} aria-hidden className={classes.icon} />
          <Box>
            <Text size="sm" fw={600} className="figures">
              {headline(delivery)}
            </Text>
            <Text size="sm" c="dimmed">
              {advice(delivery, integration)}
            </Text>
          </Box>
        </Group>
        <CloseButton size="sm" aria-label="Hide the result" onClick={onClose} />
      </Group>
      {response !== null && response.body !== '' && (
        <CodeBlock
          title={response.truncated ? 'Response, its first 8 KiB' : 'Response'}
          code={response.body}
          maxHeight={160}
          isWrapped
        />
      )}
      <AnchorLink to="/settings/webhooks/logs" search={{ delivery: delivery.id }} size="sm">
        See request and response in Delivery Logs
      </AnchorLink>
    </Stack>
  );
}

function headline({ status, statusCode, durationMs, error }: DeliveryDetail): string {
  const took = durationMs === null ? '' : ` in ${formatDuration(durationMs)}`;
  if (status === 'success') return `${statusCode ?? 'Success'} · test.ping was received${took}`;
  const summary = error === null ? 'The test failed.' : ATTEMPT_ERRORS[error.code].summary;
  return statusCode === null ? summary : `${statusCode} · ${summary.replace(/\.$/, '')}${took}`;
}

function advice({ status, error }: DeliveryDetail, integration: Integration | null): string {
  if (status === 'success') {
    return 'Verify that the test payload arrived in your external tool. If real events do not, check that the correct events are selected.';
  }
  if (error === null) return '';
  if (integration !== null && error.code === 'status_410') {
    return `So this webhook, which ${INTEGRATION_WORDS[integration].name} made, is deleted.`;
  }
  return ATTEMPT_ERRORS[error.code].advice;
}
