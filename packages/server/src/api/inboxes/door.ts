import { LIMITS } from '@sydx/contract';
import type { FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import { type IncomingMessage, METHODS } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { hideSession } from '../../auth/session-cookie.ts';
import { hashToken } from '../../auth/tokens.ts';
import { INBOX_PATH, isInboxToken } from '../../base/inbox-url.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  isSigned,
  judgeSignatures,
  type SignatureVerdicts,
} from '../../signing/judge-signatures.ts';
import {
  findReceivingInbox,
  keepInboxRequest,
  type ReceivingInbox,
  type SealedWebhookSecret,
  secretsOfInbox,
} from '../../store/inbox-requests.ts';
import type { ApiContext, RegisterRoutes } from '../context.ts';
import { AGAIN_SOON } from '../problems.ts';
import { refuseWhenOff } from './access.ts';
import { DoorPlaces } from './door-places.ts';
import { type BodyFailure, readBody } from './read-body.ts';

/** Of a body, from its first byte to its last. */
const BODY_MS = 10_000;
/** CONNECT asks for a tunnel and never becomes a request. */
const EVERY_METHOD = METHODS.filter((method) => method !== 'CONNECT');

/**
 * /inbox/{token}, on nodes of every role: keeps what arrives, and then answers what the inbox is set to. The
 * token is all that lets somebody in; the path is in no log and no metric. What is answered came from nobody
 * but the inbox's owner, and nothing that arrived is sent back.
 */
export const registerInboxDoor: RegisterRoutes = (app, context) => {
  const { database, settings, clock, metrics } = context;
  const pool = database.general;
  const places = new DoorPlaces(clock);
  const count = (result: string): void => metrics.inboxRequests.inc({ result });

  async function receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    refuseWhenOff(settings);
    const { token } = request.params as { token: string };
    const inbox = isInboxToken(token) ? await findReceivingInbox(pool, hashToken(token)) : null;
    if (inbox === null) throw noInbox();
    const visit = places.enter(inbox);
    if (visit === null) {
      count('too_many');
      throw new ProblemError('rate_limited', {
        detail: 'More arrives here than an inbox takes. Send again, more slowly.',
        headers: AGAIN_SOON,
      });
    }
    try {
      const body = await readBody(request.raw, LIMITS.inboxBodyBytes, BODY_MS);
      if (typeof body === 'string') throw bodyRefused(body, reply, count);
      visit.brings(body.length + headBytes(request.raw));
      const number = await keep(context, request, inbox, token, body);
      count('kept');
      return await answer(request, reply, inbox, number);
    } finally {
      visit.leave();
    }
  }

  async function keep(
    { keyring }: Pick<ApiContext, 'keyring'>,
    { raw }: FastifyRequest,
    inbox: ReceivingInbox,
    token: string,
    body: Buffer,
  ): Promise<number> {
    const { headers, rawHeaders, method = '', url = '' } = raw;
    const sealed = isSigned(headers) ? await secretsOfInbox(pool, inbox, token) : [];
    const secrets = openSecrets(keyring, sealed);
    const verdicts: SignatureVerdicts = judgeSignatures(
      headers,
      body,
      secrets,
      () => new Date(clock.now()),
    );
    const number = await keepInboxRequest(pool, inbox.id, {
      method,
      query: /\?.*$/.exec(url)?.[0] ?? '',
      headers: pairsOf(rawHeaders),
      body,
      sydxVerdict: verdicts.sydx,
      standardVerdict: verdicts.standard,
      answerStatus: inbox.answer_status,
      answerDelayMs: inbox.answer_delay_ms,
    });
    if (number !== null) return number;
    if ((await findReceivingInbox(pool, hashToken(token))) === null) throw noInbox();
    count('full');
    throw new ProblemError('overloaded', {
      detail: 'The inbox is full of what its reader has not read yet. Send again later.',
      headers: AGAIN_SOON,
    });
  }

  // In a plugin of its own: whatever the method and the type, the body is bytes.
  app.register((scope, _options, done) => {
    for (const method of EVERY_METHOD) {
      if (!scope.supportedMethods.includes(method)) scope.addHttpMethod(method, { hasBody: true });
    }
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.route({
      method: [...EVERY_METHOD],
      url: `${INBOX_PATH}:token`,
      exposeHeadRoute: false,
      config: { isTimedByOthers: true },
      schema: { hide: true },
      preParsing: ignoreContentType,
      handler: receive,
    });
    done();
  });
};

function noInbox(): ProblemError {
  return new ProblemError('not_found', { detail: 'There is no inbox here (any more).' });
}

function bodyRefused(
  failure: BodyFailure,
  reply: FastifyReply,
  count: (result: string) => void,
): ProblemError {
  count(failure);
  // Whoever goes on sending is not listened to.
  void reply.header('connection', 'close');
  if (failure === 'too_large') {
    const detail = `An inbox takes bodies of up to ${LIMITS.inboxBodyBytes / 1024} KiB.`;
    return new ProblemError('body_too_large', { detail });
  }
  return new ProblemError(failure === 'too_slow' ? 'request_timeout' : 'bad_request');
}

/** Null: there are some, and none opens. */
function openSecrets(
  keyring: ApiContext['keyring'],
  sealed: readonly SealedWebhookSecret[],
): string[] | null {
  const opened: string[] = [];
  for (const { webhook_id: id, key_id: keyId, sealed: value } of sealed) {
    try {
      opened.push(keyring.open({ keyId, sealed: value }, `webhook:${id}`));
    } catch {
      // Told as a verdict: what arrived is kept all the same.
    }
  }
  return opened.length === 0 && sealed.length > 0 ? null : opened;
}

/** Of a request besides its body, roughly. */
function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((bytes, text) => bytes + text.length, url.length);
}

/**
 * As they came: names in their own spelling, each as often as it was there. Only the session of somebody who
 * opened the URL in a browser is hidden.
 */
function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    pairs.push([name, name.toLowerCase() === 'cookie' ? hideSession(value) : value]);
  }
  return pairs;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer_status: status, answer_delay_ms: delayMs }: ReceivingInbox,
  number: number,
): Promise<FastifyReply> {
  if (delayMs > 0) await delay(delayMs, request);
  const isEmpty = status === 204 || status === 205 || status === 304;
  const text = `Kept as number ${number}. This inbox is set to answer ${status}.\n`;
  return reply
    .code(status)
    .type('text/plain; charset=utf-8')
    .send(isEmpty ? '' : text);
}

/** Whoever hung up waits for no answer. */
async function delay(delayMs: number, { raw }: FastifyRequest): Promise<void> {
  const aborter = new AbortController();
  const onClose = (): void => aborter.abort();
  raw.socket.once('close', onClose);
  try {
    await sleep(delayMs, undefined, { signal: aborter.signal, ref: false });
  } catch (error) {
    if (!aborter.signal.aborted) throw error;
  } finally {
    raw.socket.off('close', onClose);
  }
}

/**
 * Nothing of it is parsed, so an odd one is no reason to refuse, nor is its absence (Fastify wants one of
 * QUERY). It is kept as it came.
 */
const ignoreContentType: preParsingHookHandler = ({ raw }, _reply, payload, done) => {
  raw.headers['content-type'] = 'application/octet-stream';
  done(null, payload);
};
