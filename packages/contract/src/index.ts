/**
 * @sydx/contract: the names that are fixed. Server, dashboard and SDK types rest on it; it rests
 * on zod alone.
 *
 * Not exported: the building blocks of the catalogue's schemas and the raw registries.
 */

// Numbers
export { LIMITS } from './limits.ts';

// Events
export {
  EVENT_TYPES,
  EVENTS,
  isEventType,
  isPublishable,
  PUBLISHABLE_EVENT_TYPES,
  TEST_EVENT_TYPE,
} from './events.ts';
export type { EventData, EventType, PublishableEventType } from './events.ts';
export { checkEventData, eventJsonSchema } from './event-data.ts';

// Errors
export { PROBLEMS } from './problems.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { ATTEMPT_ERRORS, attemptErrorForStatus, attemptErrorMessage } from './attempt-errors.ts';
export type { AttemptError, AttemptErrorCode } from './attempt-errors.ts';
export { fieldErrors, jsonPointer } from './field-errors.ts';
export type { FieldError } from './field-errors.ts';
