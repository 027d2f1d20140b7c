import type { Attempt, DeliveryDetail } from '@sydx/contract';
import type { Fields } from '../output.ts';

/** A delivery with its attempts, for people. */
export function deliveryFields(delivery: DeliveryDetail): Fields {
  return [
    ['Id', delivery.id],
    ['Event', `${delivery.event} ${delivery.eventId}`],
    ['Webhook', `${delivery.webhookName} ${delivery.webhookId}`],
    ['Status', delivery.status],
    ['Created', delivery.createdAt],
    ['Finished', delivery.finishedAt],
    ...(delivery.nextAttemptAt === null
      ? []
      : [['Next attempt', delivery.nextAttemptAt] satisfies Fields[number]]),
    ['URL', delivery.request.url],
    ['Payload', delivery.payload],
    ...delivery.attempts.flatMap(attemptFields),
  ];
}

function attemptFields(attempt: Attempt): Fields {
  const result =
    attempt.statusCode === null ? 'no response' : `status ${String(attempt.statusCode)}`;
  const time = attempt.durationMs === null ? '' : ` in ${String(attempt.durationMs)} ms`;
  const body = attempt.response?.body;
  return [
    [`Attempt ${attempt.number}`, `${attempt.startedAt}: ${result}${time}`],
    ...(attempt.error === null
      ? []
      : [['  Error', `${attempt.error.code}: ${attempt.error.message}`] satisfies Fields[number]]),
    ...(body === undefined || body.trim() === ''
      ? []
      : [['  Answer', body.trimEnd()] satisfies Fields[number]]),
  ];
}
