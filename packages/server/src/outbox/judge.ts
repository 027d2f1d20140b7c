import {
  type DataSchema,
  type FieldError,
  judgeRegistered,
  PRO_PLAN,
  type ProblemCode,
  PROBLEMS,
  readPublishRequest,
} from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';
import { toNewEvent } from '../engine/new-event.ts';
import { parseExact } from '../exact/index.ts';
import type { Rejection } from '../store/outbox-rejected.ts';
import type { OutboxRow } from '../store/outbox-rows.ts';
import type { NewEvent } from '../store/publish-events.ts';

/** What a producer gave to sydx.publish. */
export type Given = Pick<
  OutboxRow,
  'tenant' | 'type' | 'data' | 'key' | 'happened_at' | 'published_at'
>;

export type Verdict =
  | { readonly ok: true; readonly event: NewEvent }
  | { readonly ok: false; readonly why: Rejection };

/** A tenant as far as its events depend on it. */
export interface OutboxTenant {
  readonly no: number;
  readonly id: string;
  readonly plan: string;
}

/**
 * Judges what came out of an outbox as POST /v1/events judges a request, with the same codes and
 * sentences. An event whose producer gave no time has the one of its call of sydx.publish.
 *
 * @param tenant undefined: there is none of this id
 * @param schema undefined: its type is of the catalogue, or of nobody
 */
export function judge(
  given: Given,
  tenant: OutboxTenant | undefined,
  schema: DataSchema | undefined,
): Verdict {
  if (tenant === undefined) {
    return refuse('not_found', [], `There is no tenant with the id ${given.tenant}.`);
  }
  if (tenant.plan !== PRO_PLAN) return refuse('plan_required');
  const parsed = parseExact(given.data);
  if (!parsed.ok) {
    const { code, pointer, detail } = parsed.fault;
    return refuse(code, [{ pointer: `/data${pointer}`, detail }]);
  }
  const reading = readPublishRequest({
    type: given.type,
    data: parsed.value,
    ...(given.happened_at === null ? {} : { timestamp: given.happened_at.toISOString() }),
    ...(given.key === null ? {} : { idempotencyKey: given.key }),
  });
  if (!reading.ok) return refuse(reading.code, reading.errors);
  const judgement = judgeRegistered(reading, () => schema);
  if (!judgement.ok) return refuse(judgement.code, judgement.errors);
  const [input] = judgement.events;
  if (input === undefined) throw new Error('An event was lost while it was judged.');
  try {
    return { ok: true, event: toNewEvent(input, tenant, given.published_at.toISOString(), '') };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return refuse(error.code, error.errors, error.message);
  }
}

export function refuse(
  code: ProblemCode,
  errors: readonly FieldError[] = [],
  detail: string = PROBLEMS[code].hint,
): Extract<Verdict, { ok: false }> {
  return { ok: false, why: { code, detail, errors } };
}
