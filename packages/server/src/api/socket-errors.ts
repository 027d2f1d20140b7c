import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemCode } from '@sydx/contract';
import { ProblemError } from '../base/problem.ts';
import { PROBLEM_MEDIA_TYPE, problemDocument } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const HEADER_LINES = Object.entries(SECURITY_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

const CODES: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The last request of each connection. */
const exchanges = new WeakMap<Socket, Exchange>();

/** Connections that end already: node tells of the garbage again with each chunk of it. */
const refused = new WeakSet<Socket>();

export function noteExchanges(server: Server): void {
  server.on('request', (request, response) => {
    exchanges.set(request.socket, { request, response });
  });
}

/**
 * What node could not even read as HTTP never reaches Fastify: the answer is written by hand. Garbage
 * behind a whole request waits until that one has its answer, or the caller would take our refusal for
 * it, while it is carried out.
 */
export function answerSocketError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || refused.has(socket)) return;
  refused.add(socket);
  const { request, response } = exchanges.get(socket) ?? {};
  if (request?.complete && response?.writableFinished === false) {
    response.once('finish', () => socket.destroySoon());
    return;
  }
  if (socket.writable) {
    const problem = new ProblemError(CODES[error.code ?? ''] ?? 'bad_request');
    const body = JSON.stringify(problemDocument(problem));
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
        `Content-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `${HEADER_LINES}Connection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
