import { AUDIT_ACTIONS, type AuditAction } from '@sydx/contract';
import type { AuditFilter } from '../../api/audit-log.ts';
import { isTimePreset } from '../../api/time-window.ts';

function isAction(value: unknown): value is AuditAction {
  return AUDIT_ACTIONS.some((action) => action === value);
}

/** Takes what anyone may have typed into the address bar; what is not a filter is dropped. */
export function readAuditFilter({ action, object, range }: Record<string, unknown>): AuditFilter {
  return {
    ...(isAction(action) ? { action } : {}),
    ...(typeof object === 'string' && object !== '' ? { object } : {}),
    ...(isTimePreset(range) ? { range } : {}),
  };
}
