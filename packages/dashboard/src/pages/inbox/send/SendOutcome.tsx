import { ATTEMPT_ERRORS, type DeliveryDetail } from '@sydx/contract';
import { Group, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { usePublishEvent } from '../../../api/events.ts';
import type { useTestWebhook } from '../../../api/webhooks.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { AnchorLink } from '../../../ui/links.tsx';
import { formatDuration } from '../../../ui/time.ts';
import classes from '../AnswerField.module.css';

interface SendOutcomeProps {
  test: ReturnType<typeof useTestWebhook>;
  publish: ReturnType<typeof usePublishEvent>;
}

/** What became of what was sent last, in one line. */
export function SendOutcome({ test, publish }: SendOutcomeProps) {
  return (
    <div role="status" aria-label="What became of it">
      {test.isPending && (
        <Text size="xs" c="dimmed">
          Waiting for the answer of the inbox, 5 seconds at most…
        </Text>
      )}
      {test.isError && <ErrorNote error={test.error} />}
      {publish.isError && <ErrorNote error={publish.error} />}
      {test.isSuccess && <TestLine delivery={test.data} />}
      {publish.isSuccess && (
        <Line isGood>
          Accepted, and on its way.{' '}
          <AnchorLink
            to="/settings/webhooks/logs"
            search={{ eventId: publish.data.id }}
            inherit
            underline="always"
          >
            Its deliveries
          </AnchorLink>
        </Line>
      )}
    </div>
  );
}

function TestLine({ delivery }: { delivery: DeliveryDetail }) {
  const { id, status, statusCode, durationMs, error } = delivery;
  const took = durationMs === null ? '' : ` after ${formatDuration(durationMs)}`;
  const isGood = status === 'success';
  return (
    <Line isGood={isGood}>
      {isGood && `Success: ${statusCode}${took}. `}
      {!isGood && `Failed${statusCode === null ? '' : `: ${statusCode}${took}`}. `}
      {!isGood && error !== null && `${ATTEMPT_ERRORS[error.code].summary} `}
      <AnchorLink to="/settings/webhooks/logs" search={{ delivery: id }} inherit underline="always">
        See it in Delivery Logs
      </AnchorLink>
    </Line>
  );
}

function Line({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <Icon size={15} aria-hidden className={classes.icon} data-good={isGood || undefined} />
      <Text size="xs">{children}</Text>
    </Group>
  );
}
