import type { InboxAnswer } from '@sydx/contract';

/** What an inbox can be told to answer, each with what the sender then does. */
export interface AnswerChoice {
  readonly id: string;
  readonly label: string;
  readonly answer: InboxAnswer;
  /** Whether a delivery that gets it succeeds. */
  readonly isGood: boolean;
  readonly effect: string;
}

const AGAIN = 'after 5 seconds, 30 seconds and 2 minutes';

export const ANSWERS: readonly AnswerChoice[] = [
  {
    id: 'ok',
    label: '200 OK',
    answer: { status: 200, delayMs: 0 },
    isGood: true,
    effect: 'The delivery is a success, and nothing more is sent.',
  },
  {
    id: 'error',
    label: '500 Internal Server Error',
    answer: { status: 500, delayMs: 0 },
    isGood: false,
    effect: `The attempt fails. An event is sent again ${AGAIN}; then its delivery is failed.`,
  },
  {
    id: 'late',
    label: '200 OK, after 6 seconds',
    answer: { status: 200, delayMs: 6_000 },
    isGood: false,
    effect: `Too late: a receiver has 5 seconds. The attempt fails as Timeout though the request arrived, and an event is sent again ${AGAIN}.`,
  },
  {
    id: 'slow',
    label: '200 OK, after 3 seconds',
    answer: { status: 200, delayMs: 3_000 },
    isGood: true,
    effect: 'Slow, and in time: a receiver has 5 seconds. The delivery is a success.',
  },
  {
    id: 'unauthorized',
    label: '401 Unauthorized',
    answer: { status: 401, delayMs: 0 },
    isGood: false,
    effect: `What a receiver answers that finds the signature wrong. The attempt fails, and an event is sent again ${AGAIN}.`,
  },
  {
    id: 'gone',
    label: '410 Gone',
    answer: { status: 410, delayMs: 0 },
    isGood: false,
    effect: `The attempt fails like any other, and an event is sent again ${AGAIN}. Only a webhook that n8n, Zapier or Make created would be deleted by it.`,
  },
  {
    id: 'busy',
    label: '429 Too Many Requests',
    answer: { status: 429, delayMs: 0 },
    isGood: false,
    effect: `The attempt fails, fewer are sent at once, and an event is sent again ${AGAIN}.`,
  },
  {
    id: 'away',
    label: '503 Service Unavailable',
    answer: { status: 503, delayMs: 0 },
    isGood: false,
    effect: `The attempt fails, and an event is sent again ${AGAIN}.`,
  },
];

/** The choice that an inbox is set to; undefined when the API set it to something else. */
export function choiceOf({ status, delayMs }: InboxAnswer): AnswerChoice | undefined {
  return ANSWERS.find(({ answer }) => answer.status === status && answer.delayMs === delayMs);
}
