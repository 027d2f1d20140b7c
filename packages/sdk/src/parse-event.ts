import { WebhookVerificationError } from './error.ts';
import type { SydxEvent } from './events.ts';

/**
 * Reads the event from a body whose signature has been checked. Only the envelope is looked at: the
 * sender vouches for the data, and types of the future pass through.
 *
 * @throws WebhookVerificationError `body_invalid`
 */
export function parseEvent(bytes: Uint8Array): SydxEvent {
  const parsed = parseJson(new TextDecoder().decode(bytes));
  if (!isEnvelope(parsed)) {
    throw new WebhookVerificationError(
      'body_invalid',
      'The body is signed but is not an event of Sydx AI: event, timestamp, tenantId and data are expected.',
    );
  }
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WebhookVerificationError('body_invalid', 'The body is signed but is not JSON.');
  }
}

function isEnvelope(value: unknown): value is SydxEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { event, timestamp, tenantId, data } = value as Record<string, unknown>;
  return (
    typeof event === 'string' &&
    typeof timestamp === 'string' &&
    typeof tenantId === 'string' &&
    typeof data === 'object' &&
    data !== null
  );
}
