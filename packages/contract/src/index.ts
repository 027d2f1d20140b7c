/**
 * @sydx/contract: the names that are fixed. Server, dashboard and SDK types rest on it; it rests
 * on zod alone.
 *
 * Not exported: the building blocks of the catalogue's schemas and the raw registries.
 */

// Numbers
export { LIMITS, TENANT_ID } from './limits.ts';

// Events
export {
  EVENT_TYPES,
  EVENTS,
  isEventType,
  isOperational,
  isPublishable,
  isSubscribable,
  OPERATIONAL_EVENT_TYPES,
  PUBLISHABLE_EVENT_TYPES,
  SUBSCRIBABLE_EVENT_TYPES,
  TEST_EVENT_TYPE,
} from './events.ts';
export type {
  EventData,
  EventType,
  OperationalEventType,
  PublishableEventType,
  SubscribableEventType,
} from './events.ts';
export { checkEventData, eventJsonSchema } from './event-data.ts';
export { eventTypeNameProblem, isCustomEventTypeName } from './event-types/names.ts';
export { eventTypeProblems } from './event-types/problems.ts';
export { checkCustomData, JudgingEffort, readDataSchema } from './schema/data-schema.ts';
export type { DataSchema } from './schema/data-schema.ts';

// Filters
export { compileFilter, fieldNames, fieldOf, fieldValue, FILTER_OPERATORS } from './filter.ts';
export type {
  FilterCondition,
  FilterOperator,
  FilterTest,
  FilterValue,
  WebhookFilter,
} from './filter.ts';
export { readFilter } from './read-filter.ts';

// Errors
export { PROBLEMS } from './problems.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { ATTEMPT_ERRORS, attemptErrorForStatus, attemptErrorMessage } from './attempt-errors.ts';
export type { AttemptError, AttemptErrorCode } from './attempt-errors.ts';
export { jsonPointer, judge } from './field-errors.ts';
export type { FieldError } from './field-errors.ts';
export { hasMoreValues } from './values.ts';

// HTTP API: shapes of bodies, queries and answers; each has the id that OpenAPI shows
export { normaliseTimestamp } from './api/timestamp.ts';
export { pageOf, PageQuery } from './api/page.ts';
export type { JsonObject } from './api/fields.ts';
export { ProblemDocument } from './api/problem.ts';
export {
  EventInput,
  PublishBatchAnswer,
  PublishOneAnswer,
  PublishRequest,
  judgeRegistered,
  readPublishRequest,
} from './api/publish.ts';
export {
  AcceptedEvent,
  EventPage,
  EventsQuery,
} from './api/events.ts';
export {
  CreateEventType,
  EventTypeEntry,
  EventTypePage,
  PatchEventType,
} from './api/event-types.ts';
export {
  CreatedWebhook,
  CreateWebhook,
  PatchedWebhook,
  PatchWebhook,
  RotatedSecret,
  Webhook,
  WebhookPage,
} from './api/webhooks.ts';
export {
  Attempt,
  AttemptErrorView,
  DeliveriesQuery,
  Delivery,
  DELIVERY_STATUSES,
  DeliveryDetail,
  DeliveryPage,
  DeliveryStatus,
} from './api/deliveries.ts';
export { Integration, INTEGRATIONS } from './api/integrations.ts';
export {
  CreatedInbox,
  CreateInbox,
  Inbox,
  INBOX_KINDS,
  INBOX_VERDICTS,
  InboxPage,
  InboxRequest,
  InboxRequestPage,
  InboxRequestsQuery,
  InboxStreamQuery,
  InboxVerdict,
  PatchInbox,
} from './api/inboxes.ts';
export type { InboxAnswer, InboxKind } from './api/inboxes.ts';
export { FilterPreview, PreviewFilter } from './api/filters.ts';
export { Replay, ReplayCount, StartedReplay, StartReplay } from './api/replays.ts';
export { Stats, StatsQuery } from './api/stats.ts';
export {
  ANY_ORIGIN,
  HONEYPOT_FIELD,
  NO_ORIGIN,
  OPAQUE_ORIGIN,
} from './api/source-kinds/form.ts';
export { CreateSource, PatchSource, Source, SOURCE_KINDS, SourcePage } from './api/sources.ts';
export {
  LEAD_ERRORS,
  LEAD_STATES,
  LeadFetching,
  RetryLeadsAnswer,
  SourceLead,
  SourceLeadPage,
  SourceLeadQuery,
} from './api/source-leads.ts';
export type { LeadErrorCode, LeadState } from './api/source-leads.ts';
export type { SourceKind, SourceOf, SourceSettings } from './api/sources.ts';
export { CreateTenant, PatchTenant, PRO_PLAN, Tenant, TenantPage } from './api/tenants.ts';
export { ApiKey, ApiKeyPage, CreateApiKey, CreatedApiKey, Scope, SCOPES } from './api/api-keys.ts';
export {
  ChangePassword,
  Role,
  ROLES,
  Session,
  SignIn,
  SwitchTenant,
} from './api/session.ts';
export { Member, MemberPage, PatchMember } from './api/members.ts';
export { CreatedInvite, CreateInvite, Invite, InvitePage } from './api/invites.ts';
export { AcceptLink, CreateResetLink, InspectLink, LinkPurpose, OneTimeLink } from './api/links.ts';
export { OpenPortal, PortalSession } from './api/portal.ts';
export { WebhookHealth } from './api/webhook-health.ts';
export { RejectedEvent, RejectedEventDetail, RejectedEventPage } from './api/rejected-events.ts';
export { Health } from './api/health.ts';
export { Resealing } from './api/secrets.ts';
export {
  AUDIT_ACTIONS,
  AUDIT_OBJECT_KINDS,
  AuditAction,
  AuditEntry,
  AuditLogPage,
  AuditLogQuery,
} from './api/audit-log.ts';
export type { ActorKind, AuditObjectKind } from './api/audit-log.ts';
