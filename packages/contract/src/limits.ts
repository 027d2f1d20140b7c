/**
 * Every number of the contract. Units stand in the names; sizes are bytes of UTF-8 unless said.
 */
export const LIMITS = Object.freeze({
  /** A delivered body. Express, the product document's example, refuses bodies past 100 KiB. */
  deliveredBodyBytes: 96 * 1024,
  /** Objects and arrays inside each other in a delivered body, the body itself being level 1. */
  deliveredDepth: 64,
  /**
   * The same for an API request. A batch wraps `data` two levels deeper than the delivered body
   * does (`{events:[{data}]}` against `{data}`), and must not refuse what a single event may hold.
   */
  requestDepth: 66,
  apiRequestBytes: 8 * 1024 * 1024,
  /** Meta sends batches of up to 3 MB. */
  sourceBodyBytes: 4 * 1024 * 1024,
  /** A form is typed by a person. */
  formBodyBytes: 64 * 1024,
  eventsPerBatch: 1000,
  webhooksPerTenant: 500,
  /** That work: deleted ones are not counted. */
  apiKeysPerTenant: 100,
  sourcesPerTenant: 100,
  /** Registered by a tenant, and as many by the operator for all. */
  eventTypesPerTenant: 100,
  eventTypeCharacters: 64,
  eventTypeSchemaBytes: 32 * 1024,
  eventTypeSampleBytes: 8 * 1024,
  /** What judging one event by a registered schema may take, and all events of a request together. */
  judgingStepsPerEvent: 500_000,
  judgingStepsPerRequest: 2_500_000,
  idempotencyKeySeconds: 24 * 60 * 60,
  idempotencyKeyCharacters: 255,

  /** Conditions of a webhook's filter, and how many groups may be in each other. */
  filterConditions: 20,
  filterDepth: 4,
  filterFieldCharacters: 200,
  /** Of each value that a condition compares with; in JavaScript's count, as `length` gives it. */
  filterStringCharacters: 500,
  /** In a condition's `in`. */
  filterValues: 100,
  /** Of a filter's JSON without white space: every node keeps all filters in memory. */
  filterBytes: 16 * 1024,
  /** What a filter is tried on. */
  filterPreviewEvents: 100,

  tenantIdCharacters: 64,
  nameCharacters: 100,
  descriptionCharacters: 300,
  urlCharacters: 2048,
  passwordMinCharacters: 8,
  passwordMaxCharacters: 1000,

  /** One absolute deadline of an attempt: DNS, connect, TLS and response headers. */
  attemptDeadlineMs: 5000,
  /** Seconds after the end of the failed attempt before; the setting RETRY_SCHEDULE overrides. */
  retryScheduleSeconds: Object.freeze([5, 30, 120] as const),
  retryAfterMaxSeconds: 600,
  /** Attempts whose node died before one delivery fails as `worker_lost`. */
  lostLeases: 5,
  /** Settings of a webhook that are older than this start no attempt. */
  settingsAgeMs: 1000,

  /** What is kept of a receiver's answer. */
  responseBodyBytes: 8 * 1024,
  responseHeadersBytes: 16 * 1024,
  /** Characters of a signature that the delivery log shows. */
  shownSignatureCharacters: 8,
  secretHintCharacters: 4,

  /** Of one webhook; the setting TEST_RATE_LIMIT overrides. */
  testsPerMinute: 10,
  /** Of one form source; its setting limits overrides. */
  submissionsPerMinute: 300,
  /** Of one form source and one network; its setting limits overrides. */
  submissionsPerNetworkPerMinute: 30,
  /** Tried from one network; the setting SIGN_IN_RATE_LIMIT overrides. */
  signInsPerMinute: 20,

  /** That have not expired. */
  inboxesPerTenant: 10,
  /** Of a `try` inbox: how long it lives, how many of the last requests it keeps, and how much of them. */
  inboxLifeSeconds: 24 * 60 * 60,
  inboxRequests: 100,
  inboxBytes: 4 * 1024 * 1024,
  /** Of a `listen` inbox: how long it outlives its reader, and what it keeps that was not read yet. */
  inboxReaderGoneSeconds: 120,
  inboxUnreadRequests: 1_000,
  inboxUnreadBytes: 16 * 1024 * 1024,
  /** A delivered body and room to see that one is too large. */
  inboxBodyBytes: 128 * 1024,
  /** Longer than an attempt may take, so that a receiver that is too slow can be tried. */
  inboxDelayMs: 10_000,

  listDefault: 50,
  listMax: 100,
  retentionDays: 30,
  /** The audit log outlives what it tells of: somebody may ask a year later. */
  auditRetentionDays: 400,
} as const);

/** What the CRM's own id of an account looks like; a generated `ten_…` does as well. */
export const TENANT_ID = new RegExp(`^[A-Za-z0-9_-]{1,${LIMITS.tenantIdCharacters}}$`);
