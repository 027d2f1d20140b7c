import type { Scope } from '@sydx/contract';

interface ScopeWords {
  readonly scope: Scope;
  readonly label: string;
  readonly description: string;
}

/** What an admin may grant. `operator` is given by settings and the command line alone. */
export const GRANTABLE: readonly ScopeWords[] = [
  {
    scope: 'events:write',
    label: 'Publish events',
    description: 'For your CRM’s backend. Sends events in, and reads nothing.',
  },
  {
    scope: 'deliveries:read',
    label: 'Read deliveries',
    description: 'Delivery logs, events and statistics, with webhook URLs masked. Changes nothing.',
  },
  {
    scope: 'webhooks:admin',
    label: 'Manage the account',
    description: 'Webhooks and their secrets, sources, members, API keys and portal links.',
  },
];

/** In plain words; a scope of a newer server by its own name. */
export function scopeLabel(scope: Scope): string {
  return GRANTABLE.find((one) => one.scope === scope)?.label ?? scope;
}
