/** Exact bytes: parse once, refuse (API) or repair (sources) what parsing changes, stringify once. */
export { deliveredBody } from './delivered-body.ts';
export type { DeliveredBody, DeliveredEvent } from './delivered-body.ts';
export { parseExact } from './parse-exact.ts';
export type { ExactFault, ExactReading } from './parse-exact.ts';
export { parseLenient } from './parse-lenient.ts';
export type { LenientReading } from './parse-lenient.ts';
