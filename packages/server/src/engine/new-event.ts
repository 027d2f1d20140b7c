import {
  type EventInput,
  type FieldError,
  normaliseTimestamp,
  type ProblemCode,
} from '@sydx/contract';
import { fingerprint, idempotencyKeyMark, sentMessageMark } from '../base/fingerprint.ts';
import { ProblemError } from '../base/problem.ts';
import { deliveredBody } from '../exact/index.ts';
import type { NewEvent } from '../store/publish-events.ts';

/**
 * One event as it is stored, from what its producer gave: by the API or through an outbox.
 *
 * @param pointer where it stands in the request
 * @param acceptedAt ISO 8601: the time of an event whose producer gave none
 * @throws ProblemError delivered_body_too_large, too_deep
 */
export function toNewEvent(
  event: EventInput,
  tenant: { readonly no: number; readonly id: string },
  acceptedAt: string,
  pointer: string,
): NewEvent {
  const { type, data } = event;
  const timestamp =
    event.timestamp === undefined
      ? acceptedAt
      : (normaliseTimestamp(event.timestamp) ?? acceptedAt);
  const made = deliveredBody({ type, timestamp, tenantId: tenant.id, data });
  if (!made.ok) throw refuse(made.code, `${pointer}/data`);
  const stored: NewEvent = { tenantNo: tenant.no, type, body: made.body };
  if (event.idempotencyKey !== undefined) {
    stored.key = {
      key: idempotencyKeyMark(tenant.no, event.idempotencyKey),
      content: fingerprint(type, event.timestamp ?? '', dataText(made.body)),
    };
  }
  if (type === 'message.sent' && typeof data['messageId'] === 'string') {
    stored.mark = sentMessageMark(tenant.no, data['messageId']);
  }
  if (type === 'contact.created') stored.contact = contactIn(data, 'waId');
  if (type === 'contact.updated') stored.contact = contactIn(data, 'contact');
  return stored;
}

function refuse(
  code: Extract<ProblemCode, 'delivered_body_too_large' | 'too_deep'>,
  pointer: string,
) {
  const errors: FieldError[] = [
    {
      pointer,
      detail:
        code === 'too_deep'
          ? 'is nested too deeply: a delivered body may be 64 levels deep'
          : 'makes a delivered body of more than 96 KiB',
    },
  ];
  return new ProblemError(code, { errors });
}

/** The body ends with data, and nothing before data can hold this mark. */
function dataText(body: string): string {
  return body.slice(body.indexOf(',"data":') + ',"data":'.length, -1);
}

/** What an index entry has room for; whoever is longer than this is nobody on WhatsApp. */
const LONGEST_IDENTIFIER = 255;

/** The contact that an event speaks of, known by number or, where that is hidden, by user id. */
function contactIn(
  data: Readonly<Record<string, unknown>>,
  field: 'waId' | 'contact',
): NewEvent['contact'] {
  const identifier = data[field] ?? data['userId'];
  if (typeof identifier !== 'string' || identifier.length > LONGEST_IDENTIFIER) return undefined;
  const name = data['name'];
  return {
    identifier: withoutNul(identifier),
    name: typeof name === 'string' ? withoutNul(name) : null,
  };
}

/** PostgreSQL's text holds no NUL. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}
