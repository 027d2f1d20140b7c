import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Auth } from '../auth/auth.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Settings } from '../base/settings.ts';
import type { Engine } from '../engine/engine.ts';
import type { Keyring } from '../signing/sealing.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import type { Database } from '../store/database.ts';

/** What the address guard says of a URL that somebody wants to save. */
export type UrlVerdict =
  /** `url` is what to store: normalised. `warning` tells what is odd about it. */
  | {
      readonly ok: true;
      readonly url: string;
      readonly warning?: string;
      /** It has the form of an inbox's URL here: whether the tenant has one of this token is yet to ask. */
      readonly inboxToken?: string;
    }
  /** `sentence` tells the admin what to write instead. */
  | { readonly ok: false; readonly sentence: string };

/** Where a generated key is kept, and how the next one takes its place. */
export interface KeyFile {
  /** On disk before anything is sealed with it; the same one again after an interruption. */
  makeNext(): Promise<string>;
  /** @param key what makeNext answered */
  keepNext(key: string): Promise<void>;
}

/** What app.ts hands to the API. */
export interface ApiParts {
  readonly settings: Settings;
  /** A function, because with PORT=0 the port is known only after listening. No trailing slash. */
  readonly publicUrl: () => string;
  readonly database: Database;
  readonly engine: Engine;
  /** Judges a webhook's URL before it is saved, our own host and the address guard included. */
  readonly checkUrl: (url: string) => Promise<UrlVerdict>;
  readonly keyring: Keyring;
  readonly randomBytes: RandomBytes;
  /** Where a generated SECRETS_KEY is kept; null when the settings give the key. */
  readonly ownKey: KeyFile | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Everything that /metrics shows, of all processes that answer here. */
  readonly readMetrics: () => Promise<string>;
  /** True from SIGTERM on: /readyz says so, and connections are not kept. */
  readonly isLeaving: () => boolean;
  /** True once the grace after SIGTERM is over: new requests are sent away. */
  readonly isStopping: () => boolean;
}

export interface ApiContext extends ApiParts {
  readonly auth: Auth;
  readonly passwords: Passwords;
}

/** Fastify with zod schemas: what routes are registered on. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** One noun's routes. Each noun exports one of these; api/routes.ts lists them. */
export type RegisterRoutes = (app: ApiServer, context: ApiContext) => void;
