/**
 * The one registry of API errors (RFC 9457 problem documents): code → status, title, hint.
 * `title` says what kind of error it is and never varies; `hint` tells the caller what to do next
 * and is the `detail` when the place of the error knows nothing better.
 */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly hint: string;
}

const registry = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    hint: 'Send one JSON document in UTF-8.',
  },
  bad_request: {
    status: 400,
    title: 'The request cannot be understood',
    hint: 'Check the request line, the headers and Content-Length.',
  },
  unauthorized: {
    status: 401,
    title: 'No valid API key',
    hint: 'Send the header "Authorization: Bearer KEY" with a key that was not deleted.',
  },
  session_ended: {
    status: 401,
    title: 'The session is over',
    hint: 'Sign in again.',
  },
  invalid_signature: {
    status: 401,
    title: 'The signature does not match',
    hint: "Check that the source's app secret is the one of the sending app.",
  },
  sign_in_failed: {
    status: 401,
    title: 'Sign-in failed',
    hint: 'Check the email address and the password.',
  },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    hint: 'Use a key that holds the scope named here, or ask an admin for one.',
  },
  event_type_fixed: {
    status: 403,
    title: 'The event type is not yours to change',
    hint: "Types of the catalogue never change, and those of the operator are the operator's.",
  },
  portal_only: {
    status: 403,
    title: 'A portal link does not reach this',
    hint: 'A portal link opens webhooks and delivery logs only. An admin who signs in reaches the rest.',
  },
  admin_only: {
    status: 403,
    title: 'For admins only',
    hint: 'Outbound Webhooks is for admins. Ask an admin of the account.',
  },
  plan_required: {
    status: 403,
    title: 'The plan does not include Outbound Webhooks',
    hint: 'Outbound Webhooks is part of the Pro plan. Upgrade the account to use it.',
  },
  cross_site_refused: {
    status: 403,
    title: 'Cross-site request refused',
    hint: 'Send the request from the dashboard itself.',
  },
  verification_failed: {
    status: 403,
    title: 'The verify token does not match',
    hint: "Enter the source's verify token in the sending app's webhook settings.",
  },
  origin_refused: {
    status: 403,
    title: 'The origin is not allowed',
    hint: "Add the page's origin to the source's allowedOrigins.",
  },
  not_found: {
    status: 404,
    title: 'Not found',
    hint: 'Check the id, and that the key belongs to the tenant that owns it.',
  },
  route_not_found: {
    status: 404,
    title: 'No such route',
    hint: 'Check the path against /openapi.json; every API route starts with /v1.',
  },
  inbox_off: {
    status: 404,
    title: 'There are no inboxes here',
    hint: 'The operator switched inboxes off. Ask them to take INBOX=off out of the settings.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The route does not take this method',
    hint: 'Use one of the methods in the Allow header.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    hint: 'Send the whole request without pauses.',
  },
  link_unknown: {
    status: 404,
    title: 'There is no such link',
    hint: 'Open the whole link as it was sent. A newer link replaces the one before.',
  },
  conflict: {
    status: 409,
    title: 'It exists already',
    hint: 'Choose another id, or use the one that exists.',
  },
  idempotency_conflict: {
    status: 409,
    title: 'The idempotency key was used for another event',
    hint: 'Use a new key for a new event. A key may be repeated only with the same content.',
  },
  delivery_pending: {
    status: 409,
    title: 'The delivery is still pending',
    hint: 'Wait until it is success, failed or cancelled, then redeliver it.',
  },
  webhook_disabled: {
    status: 409,
    title: 'The webhook is disabled',
    hint: 'Enable the webhook first.',
  },
  test_not_redelivered: {
    status: 409,
    title: 'A test is not redelivered',
    hint: 'Press Test again: test.ping is sent once and never repeated.',
  },
  event_type_limit: {
    status: 409,
    title: 'There are as many event types as there may be',
    hint: 'Delete an event type that is not needed: an account may register 100.',
  },
  event_type_in_use: {
    status: 409,
    title: 'Webhooks subscribe to the event type',
    hint: 'Take it out of the events of these webhooks first, or delete them.',
  },
  webhook_limit: {
    status: 409,
    title: 'The account has as many webhooks as it may have',
    hint: 'Delete a webhook that is not needed: an account may have 500.',
  },
  api_key_limit: {
    status: 409,
    title: 'The account has as many API keys as it may have',
    hint: 'Delete an API key that is not needed: an account may have 100.',
  },
  source_limit: {
    status: 409,
    title: 'The account has as many sources as it may have',
    hint: 'Delete a source that is not needed: an account may have 100.',
  },
  inbox_limit: {
    status: 409,
    title: 'The account has as many inboxes as it may have',
    hint: 'Delete an inbox that is not needed, or wait until one expires: an account may have 10.',
  },
  last_admin: {
    status: 409,
    title: 'An account needs an admin',
    hint: 'Make somebody else an admin first: this is the last one.',
  },
  member_of_several: {
    status: 409,
    title: 'The person belongs to several accounts',
    hint: 'The password opens the other accounts as well, so an admin of one cannot reset it. Ask whoever runs this server for a reset link.',
  },
  link_used: {
    status: 410,
    title: 'The link was used already',
    hint: 'It works once. Sign in, or ask for a new link.',
  },
  link_expired: {
    status: 410,
    title: 'The link has expired',
    hint: 'Ask for a new one.',
  },
  event_expired: {
    status: 410,
    title: 'The event is no longer kept',
    hint: 'Retention removed the event; publish it again from where it came.',
  },
  body_too_large: {
    status: 413,
    title: 'The request is too large',
    hint: 'Send fewer or smaller events: an API request may have 8 MiB, a source body 4 MiB.',
  },
  delivered_body_too_large: {
    status: 413,
    title: 'The event is too large to deliver',
    hint: 'Make data smaller, or send a link to it: a delivered body may have 96 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not supported',
    hint: 'Send the body as application/json.',
  },
  loop_refused: {
    status: 422,
    title: 'A delivery of this system came back to it',
    hint: "Don't point a webhook at a source: it would deliver to itself for ever.",
  },
  invalid_body: {
    status: 422,
    title: 'The body is not valid',
    hint: 'Correct the fields listed in errors.',
  },
  invalid_query: {
    status: 422,
    title: 'The query is not valid',
    hint: 'Correct the parameters listed in errors.',
  },
  invalid_cursor: {
    status: 422,
    title: 'The cursor is not valid',
    hint: 'Send nextCursor of the page before, unchanged and with the same filters.',
  },
  unknown_event_type: {
    status: 422,
    title: 'Unknown event type',
    hint: 'Use a type of GET /v1/event-types. test.ping can be neither published nor subscribed.',
  },
  invalid_data: {
    status: 422,
    title: 'The data does not fit the event type',
    hint: 'Compare data with the schema and the sample in GET /v1/event-types.',
  },
  number_not_exact: {
    status: 422,
    title: 'A number would change on the way',
    hint: 'Send it as a string: JSON readers hold numbers as 64-bit floating point.',
  },
  too_deep: {
    status: 422,
    title: 'The data is nested too deeply',
    hint: 'Flatten data: a delivered body may be 64 levels deep.',
  },
  unsafe_key: {
    status: 422,
    title: 'A field has a forbidden name',
    hint: 'Rename the field __proto__: it is unsafe for many receivers.',
  },
  invalid_unicode: {
    status: 422,
    title: 'A text is not valid Unicode',
    hint: 'Remove the half of a surrogate pair: a text was cut in the middle of a character.',
  },
  url_refused: {
    status: 422,
    title: 'The URL is refused',
    hint: 'Use a public https:// address without user name and password.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    hint: 'Wait as long as the Retry-After header says.',
  },
  headers_too_large: {
    status: 431,
    title: 'The request headers are too large',
    hint: 'Send fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    hint: 'Try again. If it stays, report the time and the route.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer',
    hint: 'Nothing was stored. Try again in a moment, with the same idempotency key.',
  },
  overloaded: {
    status: 503,
    title: 'Too much work at once',
    hint: 'Nothing was stored. Try again after a moment, more slowly.',
  },
  shutting_down: {
    status: 503,
    title: 'This node is stopping',
    hint: 'Nothing was stored. Try again: another node or the next start will answer.',
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof registry;

export const PROBLEMS: Readonly<Record<ProblemCode, Problem>> = Object.freeze(registry);
