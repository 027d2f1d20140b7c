import { LIMITS, TENANT_ID } from '@sydx/contract';
import { resolve } from 'node:path';
import {
  anyText,
  base64Key,
  type Cidr,
  cidr,
  databaseUrl,
  flag,
  hostName,
  listOf,
  matching,
  oneOf,
  onOrOff,
  origin,
  processes,
  proxyUrl,
  type Reader,
  secondsList,
  webAddress,
  wholeNumber,
} from './settings-readers.ts';

export type { Cidr } from './settings-readers.ts';

const ROLES = ['all', 'api', 'worker'] as const;
/** Meta's own, without the version. */
export const DEFAULT_GRAPH_URL = 'https://graph.facebook.com';
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What this process does: everything, only the API, or only deliveries. */
export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that an operator can decide. Read once at start, frozen through and through. */
export type Settings = {
  readonly port: number;
  readonly host: string;
  /** No trailing slash. With PORT=0 and no PUBLIC_URL the real port is known only after listening. */
  readonly publicUrl: string;
  readonly publicUrlGiven: boolean;
  /** null: launch a private PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  /** The CRM's own PostgreSQL, with an outbox in it. null: only our own database may have one. */
  readonly outboxDatabaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Whether DATA_DIR was set: only a default may be moved to a place that can be reached. */
  readonly dataDirGiven: boolean;
  /** Base64 of 32 bytes; null: generated into the data directory. Never null with a databaseUrl. */
  readonly secretsKey: string | null;
  readonly secretsKeyPrevious: string | null;
  readonly role: Role;
  /** Processes of this start that share its port; above 1, each is a node of its own. */
  readonly workers: number;
  readonly allowHttpTargets: boolean;
  readonly allowTargetNetworks: readonly Cidr[];
  /** Holds the proxy's password. null: deliveries go straight to their receivers. */
  readonly egressProxyUrl: string | null;
  /** Waits after the end of a failed attempt; its length is the number of retries. */
  readonly retryScheduleSeconds: readonly number[];
  readonly retentionDays: number;
  /** How long the audit log is kept. */
  readonly auditRetentionDays: number;
  /** Events a second that one API key may publish on this node; null: as many as it likes. */
  readonly publishRateLimit: number | null;
  /** Tests a minute of one webhook, on all nodes together. */
  readonly testRateLimit: number;
  /** Sign-ins tried a minute from one network, on all nodes together. */
  readonly signInRateLimit: number;
  readonly trustProxy: readonly Cidr[];
  readonly portalOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** No trailing slash; with or without a version such as `/v25.0`. */
  readonly metaGraphUrl: string;
  /** Whether there are inboxes. */
  readonly inbox: boolean;
  readonly operatorApiKey: string | null;
  readonly bootstrapTenant: string | null;
  readonly bootstrapApiKey: string | null;
  readonly bootstrapAdminEmail: string | null;
  readonly bootstrapAdminPassword: string | null;
};

/** Some settings are wrong; `problems` has one sentence for each, and the message has them all. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const KEY_SHAPE = matching(
  /^[\x21-\x7e]{16,200}$/,
  'write 16 to 200 visible ASCII characters without spaces',
);

/**
 * Reads all settings of the contract from environment variables. An empty value counts as unset;
 * a name that begins like one of ours and is none is refused; other variables are ignored.
 *
 * @param env what `process.env` holds
 * @returns one deep-frozen object
 * @throws SettingsError that names every bad setting at once, says what is wrong and what to write
 *   instead, and holds no secret
 */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const known = new Set<string>();
  function read<T, D>(name: string, reader: Reader<T>, byDefault: D): T | D {
    known.add(name);
    // A password may begin or end with a space; nothing else does on purpose.
    const text = name.endsWith('_PASSWORD') ? env[name] : env[name]?.trim();
    if (text === undefined || text === '') return byDefault;
    const reading = reader(text);
    if ('value' in reading) return reading.value;
    problems.push(`${name} ${reading.wrong}.`);
    return byDefault;
  }

  const port = read('PORT', wholeNumber(0, 65_535), 8080);
  const host = read('HOST', hostName, '127.0.0.1');
  const publicUrl = read('PUBLIC_URL', webAddress, null);
  const dataDir = read('DATA_DIR', anyText, null);
  const settings: Settings = {
    port,
    host,
    publicUrl: publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    publicUrlGiven: publicUrl !== null,
    databaseUrl: read('DATABASE_URL', databaseUrl, null),
    outboxDatabaseUrl: read('OUTBOX_DATABASE_URL', databaseUrl, null),
    dataDir: resolve(dataDir ?? './data'),
    dataDirGiven: dataDir !== null,
    secretsKey: read('SECRETS_KEY', base64Key, null),
    secretsKeyPrevious: read('SECRETS_KEY_PREVIOUS', base64Key, null),
    role: read('ROLE', oneOf(ROLES), 'all'),
    workers: read('WORKERS', processes, 1),
    allowHttpTargets: read('ALLOW_HTTP_TARGETS', flag, false),
    allowTargetNetworks: read('ALLOW_TARGET_NETWORKS', listOf(cidr), []),
    egressProxyUrl: read('EGRESS_PROXY_URL', proxyUrl, null),
    retryScheduleSeconds: read('RETRY_SCHEDULE', secondsList, LIMITS.retryScheduleSeconds),
    retentionDays: read('RETENTION_DAYS', wholeNumber(1, 3650), LIMITS.retentionDays),
    auditRetentionDays: read(
      'AUDIT_RETENTION_DAYS',
      wholeNumber(1, 3650),
      LIMITS.auditRetentionDays,
    ),
    publishRateLimit: read('PUBLISH_RATE_LIMIT', wholeNumber(1, 1_000_000), null),
    testRateLimit: read('TEST_RATE_LIMIT', wholeNumber(1, 1_000), LIMITS.testsPerMinute),
    signInRateLimit: read('SIGN_IN_RATE_LIMIT', wholeNumber(1, 10_000), LIMITS.signInsPerMinute),
    trustProxy: read('TRUST_PROXY', listOf(cidr), []),
    portalOrigins: read('PORTAL_ORIGINS', listOf(origin), []),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    metaGraphUrl: read('META_GRAPH_URL', webAddress, DEFAULT_GRAPH_URL),
    inbox: read('INBOX', onOrOff, true),
    operatorApiKey: read('OPERATOR_API_KEY', KEY_SHAPE, null),
    bootstrapTenant: read(
      'BOOTSTRAP_TENANT',
      matching(TENANT_ID, 'write 1 to 64 letters, digits, - or _'),
      null,
    ),
    bootstrapApiKey: read('BOOTSTRAP_API_KEY', KEY_SHAPE, null),
    bootstrapAdminEmail: read(
      'BOOTSTRAP_ADMIN_EMAIL',
      matching(/^[^\s@]{1,64}@[^\s@]{1,189}$/, 'write an e-mail address'),
      null,
    ),
    bootstrapAdminPassword: read(
      'BOOTSTRAP_ADMIN_PASSWORD',
      matching(/^[^]{8,1000}$/, 'write at least 8 characters'),
      null,
    ),
  };

  problems.push(...misspelt(env, known));
  problems.push(...contradictions(settings, env));
  if (problems.length > 0) throw new SettingsError(problems);
  return deepFreeze(settings);
}

/** How names of ours begin that nobody else's do: a variable like that and unknown is a slip of the pen. */
const OURS =
  /^(ALLOW_(HTTP|TARGET)|AUDIT_RETENTION|BOOTSTRAP_|EGRESS_|META_GRAPH|OPERATOR_API|OUTBOX_|PORTAL_ORIGIN|PUBLISH_RATE|RETENTION_DAY|RETRY_SCHED|SECRETS_KEY|SIGN_IN_RATE|TEST_RATE|TRUST_PROX)/;

function misspelt(
  env: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(env)
    .filter((name) => OURS.test(name) && !known.has(name) && env[name]?.trim())
    .map((name) => {
      const like = OURS.exec(name)?.[1] ?? '';
      const meant = [...known].filter((setting) => setting.startsWith(like.slice(0, 6)));
      return `${name} is not a setting. Write ${meant.join(' or ')}, or remove it.`;
    });
}

/** What no single setting shows: settings that do not go together. */
function contradictions(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const found: string[] = [];
  if (env['DATABASE_URL']?.trim() && !env['SECRETS_KEY']?.trim()) {
    found.push(
      'SECRETS_KEY is missing: with DATABASE_URL set, every node needs the same key, so write ' +
        'one made with `openssl rand -base64 32`.',
    );
  }
  if (settings.secretsKeyPrevious !== null && !env['SECRETS_KEY']?.trim()) {
    found.push(
      'SECRETS_KEY_PREVIOUS is set without SECRETS_KEY: write the new key in SECRETS_KEY.',
    );
  } else if (
    settings.secretsKeyPrevious !== null &&
    settings.secretsKeyPrevious === settings.secretsKey
  ) {
    found.push('SECRETS_KEY_PREVIOUS equals SECRETS_KEY: write the older key, or leave it out.');
  }
  if (settings.operatorApiKey !== null && settings.operatorApiKey === settings.bootstrapApiKey) {
    found.push('BOOTSTRAP_API_KEY equals OPERATOR_API_KEY: write two different keys.');
  }
  return found;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
