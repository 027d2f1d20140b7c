import { LIMITS, ProblemDocument, SOURCE_KINDS, type SourceKind } from '@sydx/contract';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { formatId, parseId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { ProblemError } from '../base/problem.ts';
import type { Engine } from '../engine/engine.ts';
import type { Keyring } from '../signing/sealing.ts';
import { openSourceSecrets } from '../signing/source-secrets.ts';
import type { Database } from '../store/database.ts';
import { findReceivingSource } from '../store/sources.ts';
import type { HookAnswer, HookKind, HookRequest, OpenSource } from './hook-kind.ts';
import { createWhatsappHook } from './whatsapp/receive.ts';

/** What the sources need from app.ts. */
export interface HookParts {
  readonly database: Pick<Database, 'general'>;
  readonly engine: Pick<Engine, 'publishWith'>;
  readonly keyring: Pick<Keyring, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
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
}

declare module 'fastify' {
  interface FastifyRequest {
    hook: Hook | null;
  }
}

const Params = z.object({ sourceId: z.string() });
const NO_BODY = Buffer.alloc(0);

/**
 * GET and POST /hooks/{sourceId}: where WhatsApp sends, without an API key. Each kind verifies in
 * its own way and answers 200 once all that a request says is committed; an error that is nobody's
 * fault is a 5xx, upon which Meta sends the same again.
 */
export function registerHooks(app: HookServer, parts: HookParts): void {
  const kinds: Readonly<Record<SourceKind, HookKind>> = { whatsapp: createWhatsappHook(parts) };

  async function open(request: FastifyRequest): Promise<Hook> {
    const { sourceId } = request.params as z.output<typeof Params>;
    const id = parseId('src', sourceId);
    const found = id === null ? null : await findReceivingSource(parts.database.general, id);
    if (found === null) {
      throw new ProblemError('not_found', {
        detail: 'There is no source of this id. Enter the url that creating the source answered.',
      });
    }
    if (!isKind(found.kind)) throw new Error(`No room for sources of the kind ${found.kind}.`);
    const secrets = openSourceSecrets(parts.keyring, found.id, found.secrets);
    const source = { ...found, id: formatId('src', found.id), secrets };
    return { kind: kinds[found.kind], source };
  }

  // In a plugin of its own: signatures are about bytes, so no body is parsed here.
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, raw, parsed) => {
      parsed(null, raw);
    });
    scope.decorateRequest('hook', null);
    // Before the body: whoever knows no source makes us hold none of up to 4 MiB.
    const openFirst: onRequestAsyncHookHandler = async (request) => {
      request.hook = await open(request);
    };
    const common = {
      onRequest: [refuseLoops, ignoreContentType, openFirst],
      bodyLimit: LIMITS.sourceBodyBytes,
    };

    scope.get('/hooks/:sourceId', { ...common, schema: GET_SCHEMA }, (request, reply) => {
      const { kind, source } = hookOf(request);
      return send(reply, kind.get(source, toHookRequest(request)));
    });
    scope.post('/hooks/:sourceId', { ...common, schema: POST_SCHEMA }, async (request, reply) => {
      const { kind, source } = hookOf(request);
      return send(reply, await kind.post(source, toHookRequest(request)));
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

function toHookRequest({ query, headers, body }: FastifyRequest): HookRequest {
  return {
    query: query as HookRequest['query'],
    headers,
    body: Buffer.isBuffer(body) ? body : NO_BODY,
  };
}

function send(reply: FastifyReply, { status, contentType, body }: HookAnswer): FastifyReply {
  return reply.code(status).type(contentType).send(body);
}

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
const ignoreContentType: onRequestHookHandler = (request, _reply, done) => {
  delete request.raw.headers['content-type'];
  done();
};

const response = {
  200: { description: 'Done', content: { 'text/plain': { schema: z.string() } } },
  default: {
    description: 'A problem document: its code is one of the registry at /docs/errors',
    content: { 'application/problem+json': { schema: ProblemDocument } },
  },
};

const GET_SCHEMA = {
  tags: ['Sources'],
  operationId: 'verifySource',
  summary: "Meta's check that the URL is ours: answers hub.challenge to who knows the verify token",
  params: Params,
  response,
};

const POST_SCHEMA = {
  tags: ['Sources'],
  operationId: 'receiveFromSource',
  summary: 'Takes what the sending side signed; needs no API key. 200 means committed to disk',
  params: Params,
  response,
};
