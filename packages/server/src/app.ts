import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '@sydx/contract';
import type { Registry } from 'prom-client';
import type { UrlVerdict } from './api/context.ts';
import { boundTo, closeServer, listen, listeningOn } from './api/listen.ts';
import { buildServer } from './api/server.ts';
import type { Generated, Installation } from './auth/first-run.ts';
import { setUp } from './auth/set-up.ts';
import { DatabaseClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createMetrics } from './base/metrics.ts';
import type { Settings } from './base/settings.ts';
import { StartError } from './base/start-error.ts';
import { loadNextSecretsKey, loadOrCreateSecretsKey, secretsKeyFile } from './embedded/keys.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded/start-embedded.ts';
import { BOUNDS } from './engine/bounds.ts';
import { type RunningEngine, startEngine } from './engine/create-engine.ts';
import { startRelays } from './outbox/start-relays.ts';
import { LeadFetcher } from './sources/meta-leads/fetch-leads.ts';
import { createGraph } from './sources/meta-leads/graph.ts';
import { registerHooks } from './sources/hooks.ts';
import { createKeyring, type Keyring } from './signing/sealing.ts';
import { type Database, isDatabaseAway, openDatabase } from './store/database.ts';
import { databaseNowMs } from './store/database-time.ts';
import { migrate } from './store/migrate.ts';
import { checkUrlResolves } from './transport/check-url.ts';
import { createGraphTransport } from './transport/graph-transport.ts';
import { toNetworks } from './transport/guard.ts';
import { OwnInboxes } from './transport/own-inboxes.ts';
import { readProxy } from './transport/proxy.ts';
import { createResolver } from './transport/resolve.ts';
import { createTransport } from './transport/transport.ts';
import { registerDashboard } from './web/dashboard.ts';

export interface AppOptions {
  readonly log: Log;
  /** URLs that pass the HTTPS rule and the address guard by exact scheme, host, port and path. */
  readonly exemptUrls?: readonly string[];
  /**
   * Keeps what was made up at the first start. Called before it is committed, so that nothing works
   * that nobody knows; when it throws, nothing was made.
   */
  readonly onGenerated: (generated: Generated, dataDir: string) => Promise<void>;
  /** The same once it is committed: the moment to show it, since the start may still fail. */
  readonly onInstalled: (generated: Generated) => void;
  /** The product can do nothing any more: end the process. */
  readonly onFatal: (error: Error) => void;
  /** One that runs already, which the process above this worker keeps. */
  readonly privatePostgres?: PrivatePostgres | null;
  /** In a worker: what gives the metrics of all of them, from its own. */
  readonly metricsOfAll?: ((own: Registry) => () => Promise<string>) | null;
}

/** A private PostgreSQL as another process may use it. */
export type PrivatePostgres = Pick<EmbeddedPostgres, 'dataDir' | 'connectionString'>;

/** The product, running. */
export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly address: string;
  /** How others reach it. No trailing slash. */
  readonly publicUrl: string;
  /** The data directory really in use. */
  readonly dataDir: string;
  /** Null on a worker, which sets nothing up. */
  readonly installation: Installation | null;
  readonly database: Database;
  readonly engine: RunningEngine;
  readonly keyring: Keyring;
  /** Stops in order: readiness, engine (6 s at most), requests, sockets, PostgreSQL. */
  stop(): Promise<void>;
}

/** How long a start waits for the PostgreSQL of DATABASE_URL, which may be starting as well. */
/** For connections to say goodbye; by then everything is written or handed over. */
const CLOSE_PATIENCE_MS = 500;
/** Of a private PostgreSQL: what a process' pools and its listening may open, and for everybody else. */
const CONNECTIONS_EACH = 20;
const SPARE_CONNECTIONS = 20;
const DATABASE_PATIENCE_MS = 15_000;

/** What was opened so far, to be closed in the opposite order. */
type Closers = (() => Promise<unknown>)[];

/**
 * The composition root: starts every room and hands each what it needs.
 *
 * @throws StartError, EmbeddedError or SealingError with a sentence for the person at the terminal;
 *   whatever was started before is stopped again
 */
export async function startApp(settings: Settings, options: AppOptions): Promise<App> {
  const closers: Closers = [];
  try {
    return await compose(settings, options, closers);
  } catch (error) {
    await closeAll(closers, options.log);
    throw error;
  }
}

async function compose(settings: Settings, options: AppOptions, closers: Closers): Promise<App> {
  const { log } = options;
  const { database, dataDir } = await openMigratedDatabase(settings, options, closers);
  const isOwnKey = settings.secretsKey === null;
  const keys = {
    current: settings.secretsKey ?? (await loadOrCreateSecretsKey(dataDir)),
    previous: isOwnKey ? await loadNextSecretsKey(dataDir) : settings.secretsKeyPrevious,
  };
  const keyring = createKeyring(keys, randomBytes);
  const onGenerated = (made: Generated) => options.onGenerated(made, dataDir);
  const installation = await setUp({ settings, database, keyring, randomBytes, log, onGenerated });
  if (installation?.generated != null) options.onInstalled(installation.generated);

  const exempt = options.exemptUrls ?? [];
  const resolve = createResolver();
  if (settings.egressProxyUrl !== null) {
    const { hostname: proxyHost, port: proxyPort } = readProxy(settings.egressProxyUrl);
    log.info({ proxyHost, proxyPort }, 'Deliveries go out through the egress proxy.');
  }
  let publicUrl = settings.publicUrl;
  const ownInboxes = settings.inbox ? new OwnInboxes(() => publicUrl) : null;
  const transport = createTransport({
    deadlineMs: LIMITS.attemptDeadlineMs,
    responseBodyLimitBytes: LIMITS.responseBodyBytes,
    allowHttp: settings.allowHttpTargets,
    allowNetworks: settings.allowTargetNetworks,
    resolve,
    egressProxyUrl: settings.egressProxyUrl,
    exempt,
    ownInboxes,
    // Many tenants share an origin such as hooks.zapier.com; each webhook has a cap of its own.
    maxSocketsPerOrigin: 1_000,
    maxIdleSockets: 512,
  });
  closers.push(() => transport.close());
  const metrics = createMetrics();
  const clock = new DatabaseClock(await databaseNowMs(database.control));
  const hostName = hostname();
  const parts = { database, transport, keyring, clock, log, metrics, settings, hostName };
  const engine = await startEngine(parts);
  let closeApi = (): Promise<void> => Promise.resolve();
  // The engine ends first: what waits for it is answered before connections close.
  closers.push(
    () => closeApi(),
    () => engine.stop(leavingSince === null ? 0 : graceMs),
  );

  let leavingSince: number | null = null;
  // A load balancer is told first, and turned away from us before we turn it away; a private PostgreSQL
  // means that there is nobody else.
  const takesRequests = settings.role !== 'worker' && settings.databaseUrl !== null;
  const graceMs = takesRequests ? BOUNDS.graceMs : 0;
  const checkUrl = (url: string): Promise<UrlVerdict> => {
    const policy = {
      allowHttp: settings.allowHttpTargets,
      allowNetworks: toNetworks(settings.allowTargetNetworks),
      exempt,
      publicUrl,
      listensOn: () => listeningOn(server),
      ownInboxes,
    };
    return checkUrlResolves(url, policy, resolve);
  };
  // Where deliveries are made: what is relayed on a node needs no other to be sent.
  if (settings.role !== 'api') {
    const { outboxDatabaseUrl, retentionDays } = settings;
    const relays = startRelays({
      ...parts,
      engine,
      outboxDatabaseUrl,
      retentionDays,
      randomUuid: randomUUID,
    });
    const graphTransport = createGraphTransport(settings, resolve);
    const graph = createGraph(settings.metaGraphUrl, graphTransport);
    const fetcher = new LeadFetcher({ ...parts, engine, graph });
    fetcher.start();
    const stopFetching = async (): Promise<void> => {
      await fetcher.stop();
      await graphTransport.close();
    };
    closers.push(() => Promise.all([relays.stop(), stopFetching()]));
  }
  const api = {
    ...parts,
    engine,
    randomBytes,
    ownKey: isOwnKey ? secretsKeyFile(dataDir) : null,
    publicUrl: () => publicUrl,
    readMetrics: options.metricsOfAll?.(metrics.registry) ?? (() => metrics.registry.metrics()),
    isLeaving: () => leavingSince !== null,
    isStopping: () => leavingSince !== null && clock.monotonic() - leavingSince >= graceMs,
    checkUrl,
  };
  const server = buildServer(api, [registerHooks, registerDashboard]);
  closeApi = () => closeServer(server);
  const address = await listen(server, settings);
  if (!settings.publicUrlGiven) publicUrl = address;
  ownInboxes?.listens(boundTo(server));

  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    leavingSince ??= clock.monotonic();
    stopped ??= closeAll(closers, log);
    return stopped;
  };
  return { address, publicUrl, dataDir, installation, database, engine, keyring, stop };
}

/** Brings the database of the settings up to this version. @returns the migrations carried out */
export async function migrateDatabase(settings: Settings, log: Log): Promise<string[]> {
  const closers: Closers = [];
  try {
    const onFatal = (): void => undefined;
    return (await openMigratedDatabase(settings, { log, onFatal }, closers)).migrations;
  } finally {
    await closeAll(closers, log);
  }
}

async function openMigratedDatabase(
  settings: Settings,
  { log, onFatal, privatePostgres = null }: Pick<AppOptions, 'log' | 'onFatal' | 'privatePostgres'>,
  closers: Closers,
): Promise<{ database: Database; dataDir: string; migrations: string[] }> {
  let { dataDir } = settings;
  let connection = settings.databaseUrl;
  if (connection === null) {
    let postgres = privatePostgres;
    if (postgres === null) {
      const started = await startPrivatePostgres(settings, log, onFatal);
      closers.push(() => started.stop());
      postgres = started;
    }
    ({ dataDir, connectionString: connection } = postgres);
  }
  let isClosing = false;
  const database = openDatabase(connection, (error) => {
    // A pool says that it ended a little before its connections do.
    if (isClosing) return;
    log.warn({ err: error }, 'A connection to PostgreSQL broke; the next query opens another.');
  });
  closers.push(() => {
    isClosing = true;
    // A statement on a connection that vanished would hold us up for its whole limit of 30 s.
    return Promise.race([database.close(), sleep(CLOSE_PATIENCE_MS, undefined, { ref: false })]);
  });
  await waitForDatabase(database, log);
  const migrations = await migrate(database.general, () =>
    log.info('Another node brings the database up to date; this one waits for it.'),
  );
  if (migrations.length > 0) log.info({ migrations }, 'The database was brought up to date.');
  return { database, dataDir, migrations };
}

/** Starts the private PostgreSQL of the settings. @param onFatal hears when it stays down for good */
export async function startPrivatePostgres(
  { dataDir, dataDirGiven, workers }: Settings,
  log: Log,
  onFatal: AppOptions['onFatal'],
): Promise<EmbeddedPostgres> {
  const connections = Math.max(60, SPARE_CONNECTIONS + workers * CONNECTIONS_EACH);
  return await startEmbedded({
    dataDir,
    dataDirGiven,
    configuration: { max_connections: String(connections) },
    log,
    onExit: ({ restartInMs }) => {
      if (restartInMs === null) onFatal(new Error('The private PostgreSQL stays down.'));
    },
  });
}

async function waitForDatabase(database: Database, log: Log): Promise<void> {
  const until = performance.now() + DATABASE_PATIENCE_MS;
  for (;;) {
    try {
      await databaseNowMs(database.control);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!isDatabaseAway(error) || performance.now() > until) {
        throw new StartError(
          `PostgreSQL does not let us in (${reason}). Check DATABASE_URL and that the server runs.`,
          { cause: error },
        );
      }
      log.warn({ err: error }, 'PostgreSQL does not answer yet; trying again.');
    }
    await sleep(500);
  }
}

/** Every step is taken, whatever became of the one before: a lease or a lock must not stay behind. */
async function closeAll(closers: Closers, log: Log): Promise<void> {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      log.error({ err: error }, 'A step of stopping failed; going on with the next.');
    }
  }
}
