import type { Published, Try } from './ledger.ts';

/** Longer than any answer of a living node takes: it gives its database 10 s. */
const PATIENCE_MS = 15_000;

/** What one request came to. */
export type Answer =
  | { result: 'accepted'; ids: readonly string[] }
  | { result: 'refused' | 'doubt'; surprise?: string };

/** Posts events to a node: one alone, several as a batch. */
export async function publish(
  url: string,
  apiKey: string,
  events: readonly Published[],
): Promise<Answer> {
  const inputs = events.map(input);
  try {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(inputs.length === 1 ? inputs[0] : { events: inputs }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return await judge(answer);
  } catch (error) {
    return { result: wasNeverSent(error) ? 'refused' : 'doubt' };
  }
}

async function judge(answer: Response): Promise<Answer> {
  const body = (await answer.json()) as { id?: string; ids?: string[]; code?: string };
  if (answer.status === 202) {
    return { result: 'accepted', ids: body.ids ?? [body.id ?? ''] };
  }
  // A commit whose connection broke is answered 503 too, so it may be stored.
  if (answer.status === 503) return { result: 'doubt' };
  const surprise = `Publishing was answered ${answer.status} ${body.code ?? ''}`;
  return { result: answer.status >= 500 ? 'doubt' : 'refused', surprise };
}

/** Nobody listened: the request never left. */
function wasNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

/** @param answer of the request that this event was part of, at `index` */
export function tryOf(answer: Answer, index: number, sentAtMs: number): Try {
  const eventId = answer.result === 'accepted' ? (answer.ids[index] ?? null) : null;
  return { sentAtMs, endedAtMs: Date.now(), result: answer.result, eventId };
}

function input({ type, number, key }: Published): object {
  return { type, data: DATA[type]?.(number), ...(key !== null && { idempotencyKey: key }) };
}

/** Events as the CRM publishes them, each with its number. */
const DATA: Readonly<Record<string, (number: number) => object>> = {
  'message.received': (number) => ({
    contact: '919876543210',
    name: 'John Doe',
    body: `Hello! Where is parcel ${number}?`,
    type: 'text',
    number,
  }),
  'lead.captured': (number) => ({ name: 'Jane Roe', source: 'web_form', number }),
  'campaign.sent': (number) => ({ name: 'Autumn', recipientCount: 1_200, number }),
};

export const EVENT_TYPES = Object.keys(DATA);
