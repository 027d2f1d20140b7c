import { eventTypeProblems } from '@sydx/contract';
import { ProblemError } from '../../base/problem.ts';
import type { Subscriber } from '../../store/change-event-type.ts';

/** @throws ProblemError invalid_body when it cannot be registered so */
export function judgeContent(given: { readonly schema: object; readonly sample: object }): void {
  const errors = eventTypeProblems(given);
  if (errors.length > 0) throw new ProblemError('invalid_body', { errors });
}

const NAMES_SHOWN = 5;

/** @param tenantNo null: the operator's, whose subscribers are of many tenants */
export function inUse(
  type: string,
  tenantNo: number | null,
  subscribers: readonly Subscriber[],
): ProblemError {
  const names = subscribers.slice(0, NAMES_SHOWN).map(({ name }) => `“${name}”`);
  const more = subscribers.length - names.length;
  const tenants = new Set(subscribers.map(({ tenant_no: no }) => no)).size;
  const who =
    tenantNo === null
      ? `webhooks of ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`
      : names.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return new ProblemError('event_type_in_use', {
    detail: `Subscribed to ${type}: ${who}. Take it out of their events first, or delete them.`,
  });
}
