/**
 * @sydx/sdk: what a program that receives Sydx AI webhooks imports.
 *
 * - verify: checks a delivery's signatures and gives the typed event
 * - WebhookVerificationError: why a delivery was refused, with a stable code
 * - SydxEvent and its parts: every event type with its data
 *
 * Signing, header reading and secret parsing stay inside.
 */
export { type VerifyOptions, verify } from './verify.ts';
export type { WebhookBody } from './body.ts';
export type { WebhookHeaders } from './headers.ts';
export { WebhookVerificationError, type WebhookVerificationErrorCode } from './error.ts';
export type { SydxEvent, SydxEventData, SydxEventOf, SydxEventType } from './events.ts';
