import type { AuditAction, AuditEntry } from '@sydx/contract';

/** What was done, as the list and the filter say it. */
export const ACTION_LABELS: Readonly<Record<AuditAction, string>> = {
  'webhook.created': 'Webhook created',
  'webhook.changed': 'Webhook changed',
  'webhook.enabled': 'Webhook enabled',
  'webhook.disabled': 'Webhook disabled',
  'webhook.secret_rotated': 'Secret rotated',
  'webhook.tested': 'Webhook tested',
  'webhook.deleted': 'Webhook deleted',
  'delivery.redelivered': 'Delivery sent again',
  'replay.started': 'Replay started',
  'source.created': 'Source created',
  'source.changed': 'Source changed',
  'source.deleted': 'Source deleted',
  'source.retried': 'Leads of a source fetched again',
  'rejected_event.retried': 'Rejected event accepted after all',
  'rejected_event.discarded': 'Rejected event discarded',
  'inbox.created': 'Inbox created',
  'inbox.changed': 'Answer of an inbox changed',
  'inbox.deleted': 'Inbox deleted',
  'event_type.created': 'Event type registered',
  'event_type.changed': 'Event type changed',
  'event_type.deleted': 'Event type deleted',
  'api_key.created': 'API key created',
  'api_key.deleted': 'API key deleted',
  'invite.created': 'Member invited',
  'invite.deleted': 'Invitation taken back',
  'member.joined': 'Member joined',
  'member.role_changed': 'Role changed',
  'member.removed': 'Member removed',
  'reset_link.created': 'Password link made',
  'password.changed': 'Password changed',
  'password.reset': 'Password reset',
  'portal_link.created': 'Portal link made',
  'portal_link.opened': 'Portal opened',
  'session.started': 'Signed in',
  'session.ended': 'Signed out',
  'tenant.created': 'Account created',
  'tenant.changed': 'Account changed',
  'secrets.resealed': 'Secrets sealed with a new key',
};

const ACTORS: Readonly<Record<AuditEntry['actor']['kind'], string>> = {
  person: 'Somebody',
  api_key: 'An API key',
  portal_link: 'The portal',
  operator: 'The operator',
  command_line: 'The command line of the server',
  system: 'The server',
  receiver: 'The receiver, by answering 410 Gone',
};

/** Who did it: by name, and what kind of thing that is where a name does not say it. */
export function actorOf({ kind, name }: AuditEntry['actor']): string {
  if (kind === 'person') return name ?? ACTORS.person;
  if (kind === 'api_key' && name !== null) return `API key “${name}”`;
  return ACTORS[kind];
}

/** What it was done to. A link or a session has no name worth reading. */
export function objectOf({ kind, name, id }: AuditEntry['object']): string | null {
  if (kind === 'portal_link' || kind === 'session') return name;
  return name ?? id;
}

/** A value of a change, in words. */
export function valueOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (value === true) return 'on';
  if (value === false) return 'off';
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(valueOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const FIELDS: Readonly<Record<string, string>> = {
  url: 'URL',
  enabled: 'Enabled',
  secretHint: 'Secret ends in',
  keyHint: 'Key ends in',
  redelivers: 'Sends again',
  appSecret: 'App secret',
  verifyToken: 'Verify token',
  phoneNumberIds: 'Phone number ids',
  leadFields: 'Lead fields',
};

/** `phoneNumberIds` is “Phone number ids”. */
export function fieldLabel(field: string): string {
  const known = FIELDS[field];
  if (known !== undefined) return known;
  const words = field.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
