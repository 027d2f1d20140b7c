import { z } from 'zod';
import { idOf, time, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';

/**
 * Everything that the audit log tells of: the noun, a dot, what became of it. Published ones are never
 * renamed. Events that are published are not in it: they are a record of their own.
 */
export const AUDIT_ACTIONS = [
  'webhook.created',
  'webhook.changed',
  'webhook.enabled',
  'webhook.disabled',
  'webhook.secret_rotated',
  'webhook.tested',
  'webhook.deleted',
  'delivery.redelivered',
  'replay.started',
  'source.created',
  'source.changed',
  'source.deleted',
  'source.retried',
  'rejected_event.retried',
  'rejected_event.discarded',
  'inbox.created',
  'inbox.changed',
  'inbox.deleted',
  'event_type.created',
  'event_type.changed',
  'event_type.deleted',
  'api_key.created',
  'api_key.deleted',
  'invite.created',
  'invite.deleted',
  'member.joined',
  'member.role_changed',
  'member.removed',
  'reset_link.created',
  'password.changed',
  'password.reset',
  'portal_link.created',
  'portal_link.opened',
  'session.started',
  'session.ended',
  'tenant.created',
  'tenant.changed',
  'secrets.resealed',
] as const;
export const AuditAction = z.enum(AUDIT_ACTIONS).meta({ id: 'AuditAction' });
export type AuditAction = z.output<typeof AuditAction>;

/**
 * Who did it. `system` is the product itself, such as a start that makes what settings ask for;
 * `receiver` is the server behind a webhook, by its answer to the delivery whose id is the actor's.
 */
export const ACTOR_KINDS = [
  'person',
  'api_key',
  'portal_link',
  'operator',
  'command_line',
  'system',
  'receiver',
] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const AUDIT_OBJECT_KINDS = [
  'webhook',
  'delivery',
  'replay',
  'source',
  'rejected_event',
  'inbox',
  'event_type',
  'api_key',
  'invite',
  'member',
  'portal_link',
  'session',
  'tenant',
  'secrets',
] as const;
export type AuditObjectKind = (typeof AUDIT_OBJECT_KINDS)[number];

/** Whatever it is, it is looked for; PostgreSQL's text holds no NUL. */
const someId = z
  .string()
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

export const AuditLogQuery = z.strictObject({
  ...pageQuery,
  action: AuditAction.optional(),
  /** The id of what was changed, e.g. `whk_…`. */
  object: someId.optional(),
  /** The id of who changed it, e.g. `per_…` or `key_…`. */
  actor: someId.optional(),
  /** Bounds of the time: from ≤ t < to. */
  from: timestamp.optional(),
  to: timestamp.optional(),
});
export type AuditLogQuery = z.output<typeof AuditLogQuery>;

const value = z
  .unknown()
  .meta({ description: 'Null where there was nothing; secrets never show, URLs are masked' });

export const AuditEntry = z
  .object({
    id: idOf('aud'),
    createdAt: time,
    tenantId: z.string().nullable().meta({ description: "Null for the operator's own" }),
    action: AuditAction,
    actor: z.object({
      kind: z.enum(ACTOR_KINDS),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'As it was at that time' }),
      address: z.string().nullable().meta({ description: 'The network address it came from' }),
    }),
    object: z.object({
      kind: z.enum(AUDIT_OBJECT_KINDS),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'As it was at that time' }),
    }),
    changes: z.array(z.object({ field: z.string(), before: value, after: value })),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.output<typeof AuditEntry>;

export const AuditLogPage = pageOf('AuditLogPage', AuditEntry);
