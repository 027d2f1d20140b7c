/** Exact bytes: parse once, refuse (API) or repair (sources) what parsing changes, stringify once. */
export { deliveredBody, readDeliveredBody } from './delivered-body.ts';
export { parseExact } from './parse-exact.ts';
export { parseLenient } from './parse-lenient.ts';
