import { LIMITS, type ProblemDocument, SOURCE_KINDS, type SourceKind } from '@sydx/contract';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
  onSendHookHandler,
  preParsingHookHandler,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { formatId, parseId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import { addressOf } from '../base/network.ts';
import { ProblemError } from '../base/problem.ts';
import type { Engine } from '../engine/engine.ts';
import type { Keyring } from '../signing/sealing.ts';
import { openSourceSecrets } from '../signing/source-secrets.ts';
import type { Database } from '../store/database.ts';
import { findReceivingSource, noteReceived } from '../store/sources.ts';
import { createFormHook } from './form/receive.ts';
import { boundedBody } from './hook-body.ts';
import type { HookAnswer, HookHead, HookKind, HookRequest, OpenSource } from './hook-kind.ts';
import { GET_SCHEMA, type HookParams, POST_SCHEMA } from './hook-schemas.ts';
import { createMetaLeadsHook } from './meta-leads/receive.ts';
import { createWhatsappHook } from './whatsapp/receive.ts';

/** What the sources need from app.ts. */
export interface HookParts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly keyring: Pick<Keyring, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'formSubmissions'>;
}

/** Fastify with zod schemas, as the API's server is. */
export type HookServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A source and what its kind does. */
interface Hook {
  readonly kind: HookKind;
  readonly source: OpenSource;
  readonly head: HookHead;
  readonly isNoteDue: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    hook: Hook | null;
  }
}

const NO_BODY = Buffer.alloc(0);

/**
 * GET and POST /hooks/{sourceId}: where WhatsApp sends and forms are posted, without an API key. Each
 * kind verifies in its own way and answers 200 once all that a request says is committed; an error
 * that is nobody's fault is a 5xx, upon which Meta sends the same again.
 */
export function registerHooks(app: HookServer, parts: HookParts): void {
  const { log, database } = parts;
  const kinds: Readonly<Record<SourceKind, HookKind>> = {
    whatsapp: createWhatsappHook(parts),
    'meta-leads': createMetaLeadsHook(parts),
    form: createFormHook(parts),
  };

  async function open(request: FastifyRequest): Promise<Hook> {
    const { sourceId } = request.params as HookParams;
    const id = parseId('src', sourceId);
    const found = id === null ? null : await findReceivingSource(database.general, id);
    if (found === null) {
      throw new ProblemError('not_found', {
        detail: 'There is no source of this id. Enter the url that creating the source answered.',
      });
    }
    if (!isKind(found.kind)) throw new Error(`No room for sources of the kind ${found.kind}.`);
    const { isNoteDue, secrets: sealed, ...rest } = found;
    const secrets = openSourceSecrets(parts.keyring, found.id, sealed);
    const source = { ...rest, id: formatId('src', found.id), secrets };
    return { kind: kinds[found.kind], source, head: headOf(request), isNoteDue };
  }

  async function note({ source, isNoteDue }: Hook): Promise<void> {
    if (!isNoteDue) return;
    try {
      await noteReceived(database.general, parseId('src', source.id) ?? '');
    } catch (error) {
      // What came in is on disk: the sender must not send it again for a note's sake.
      log.warn({ err: error, sourceId: source.id }, 'That a source received could not be noted.');
    }
  }

  // In a plugin of its own: signatures are about bytes, so no body is parsed here.
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, raw, parsed) => {
      parsed(null, raw);
    });
    scope.decorateRequest('hook', null);
    // Before the body: whoever knows no source makes us hold none of up to 4 MiB.
    const openFirst: onRequestAsyncHookHandler = async (request, reply) => {
      request.hook = await open(request);
      const { kind, source, head } = request.hook;
      void reply.headers(kind.headers?.(source, head) ?? {});
      ignoreContentType(request);
      if (request.method === 'POST') await kind.admit?.(source, head);
    };
    const common = {
      onRequest: [refuseLoops, openFirst],
      preParsing: boundBody,
      onSend: presentRefusal,
      bodyLimit: LIMITS.sourceBodyBytes,
    };

    scope.get('/hooks/:sourceId', { ...common, schema: GET_SCHEMA }, (request, reply) => {
      const { kind, source } = hookOf(request);
      return send(reply, kind.get(source, toHookRequest(request)));
    });
    scope.post('/hooks/:sourceId', { ...common, schema: POST_SCHEMA }, async (request, reply) => {
      const hook = hookOf(request);
      const answer = await hook.kind.post(hook.source, toHookRequest(request));
      if (answer.isDropped !== true) await note(hook);
      return send(reply, answer);
    });
    scope.options('/hooks/:sourceId', { ...common, schema: { hide: true } }, (request, reply) => {
      const { kind, source, head } = hookOf(request);
      if (kind.preflight !== undefined) return send(reply, kind.preflight(source, head));
      throw new ProblemError('method_not_allowed', { headers: { allow: 'GET, HEAD, POST' } });
    });
    done();
  });
}

function hookOf({ hook }: FastifyRequest): Hook {
  if (hook === null) throw new Error('A request came to a source past its opening.');
  return hook;
}

function isKind(kind: string): kind is SourceKind {
  return Object.hasOwn(SOURCE_KINDS, kind);
}

function headOf(request: FastifyRequest): HookHead {
  const { query, headers } = request;
  const contentType = headers['content-type'];
  return { query: query as HookHead['query'], headers, contentType, address: addressOf(request) };
}

function toHookRequest(request: FastifyRequest): HookRequest {
  const { body } = request;
  return { ...hookOf(request).head, body: Buffer.isBuffer(body) ? body : NO_BODY };
}

function send(
  reply: FastifyReply,
  { status, contentType, headers = {}, body }: HookAnswer,
): FastifyReply {
  return reply.code(status).headers(headers).type(contentType).send(body);
}

const boundBody: preParsingHookHandler = (request, _reply, payload, done) => {
  try {
    const { kind } = hookOf(request);
    done(null, boundedBody(payload, kind.bodyLimitBytes, request.headers['content-length']));
  } catch (error) {
    done(error as Error);
  }
};

/** A person with a browser gets a page where a program gets a problem document. */
const presentRefusal: onSendHookHandler = ({ hook }, reply, payload, done) => {
  const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json');
  const answer =
    isProblem && typeof payload === 'string'
      ? hook?.kind.presentRefusal?.(hook.head, JSON.parse(payload) as ProblemDocument)
      : null;
  if (answer == null) {
    done(null, payload);
    return;
  }
  void reply.headers(answer.headers ?? {}).type(answer.contentType);
  done(null, answer.body);
};

/**
 * What we deliver must not come back in as an event that we deliver again: a webhook that points
 * here through somebody's proxy would go round for ever. Told by the headers, before the body.
 */
const refuseLoops: onRequestHookHandler = (request, _reply, done) => {
  const { headers } = request;
  const agent = headers['user-agent'] ?? '';
  if (headers['x-sydx-delivery'] !== undefined || /^SydxAI-Webhook\//i.test(agent)) {
    done(new ProblemError('loop_refused'));
    return;
  }
  done();
};

/** The signature says what came; a sender's odd Content-Type is no reason to lose it. */
function ignoreContentType({ raw }: FastifyRequest): void {
  delete raw.headers['content-type'];
}
