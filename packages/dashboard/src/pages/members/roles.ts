import type { Role } from '@sydx/contract';

interface RoleWords {
  readonly role: Role;
  readonly label: string;
  readonly description: string;
}

export const ROLE_WORDS: readonly RoleWords[] = [
  {
    role: 'admin',
    label: 'Admin',
    description: 'Sets up webhooks, sources, API keys and members.',
  },
  {
    role: 'agent',
    label: 'Agent',
    description: 'Works in the CRM. Does not see Outbound Webhooks.',
  },
];

export function roleLabel(role: Role): string {
  return ROLE_WORDS.find((one) => one.role === role)?.label ?? role;
}
