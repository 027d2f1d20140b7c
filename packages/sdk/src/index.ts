/**
 * @sydx/sdk: what a program that publishes events to Sydx AI, or receives its webhooks, imports.
 *
 * For producers
 * - createPublisher: publishes over the API, with retries that never double an event
 * - publishInTransaction, viaPg, viaKysely, viaDrizzle, viaPrisma: publishes with your own commit
 * - PublishError, PublishBatchError: what was not accepted and why, with a stable code
 * - EventInput and its parts: what can be published
 *
 * For receivers
 * - verify: checks a delivery's signatures and gives the typed event
 * - WebhookVerificationError: why a delivery was refused, with a stable code
 * - SydxEvent and its parts: every event type with its data
 *
 * Encoding, retrying, signing, header reading and secret parsing stay inside.
 */
export { type CallOptions, createPublisher, type Publisher } from './publish/publisher.ts';
export type { PublisherOptions, Retry } from './publish/options.ts';
export type { BufferOptions, EventBuffer } from './publish/buffer.ts';
export {
  PublishBatchError,
  PublishError,
  type PublishErrorCode,
  type PublishErrorDetails,
} from './publish/error.ts';
export type { ProblemDocument } from './publish/problem.ts';
export type {
  EventInput,
  EventInputData,
  EventInputOf,
  PublishableEventType,
} from './publish/event-input.ts';

export {
  type OutboxEvent,
  type OutboxRow,
  type OutboxTransaction,
  publishInTransaction,
} from './outbox/publish-in-transaction.ts';
export { type PgClient, viaPg } from './outbox/via-pg.ts';
export { type KyselySql, viaKysely } from './outbox/via-kysely.ts';
export { type DrizzleSql, type DrizzleTransaction, viaDrizzle } from './outbox/via-drizzle.ts';
export { type PrismaTransaction, viaPrisma } from './outbox/via-prisma.ts';

export { type VerifyOptions, verify } from './verify.ts';
export type { WebhookBody } from './body.ts';
export type { WebhookHeaders } from './headers.ts';
export { WebhookVerificationError, type WebhookVerificationErrorCode } from './error.ts';
export type { SydxEvent, SydxEventData, SydxEventOf, SydxEventType } from './events.ts';
