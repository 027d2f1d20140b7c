import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  /** 0: the connection was closed without a word. */
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** No request of this fuzzer takes longer, on however slow a machine: what does hangs. */
const HANG_MS = 45_000;

/** The one who sends, with connections of their own. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 20 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @returns null when no answer came in time */
  async send(request: FuzzRequest): Promise<FuzzAnswer | null> {
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, HANG_MS, null);
    });
    const answer =
      request.raw === undefined
        ? this.#request(request)
        : this.#write(request.raw, { isHead: false, isWhole: false });
    try {
      return await Promise.race([answer, hang]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** What node's own client refuses to say is written by hand. */
  async #request(request: FuzzRequest): Promise<FuzzAnswer> {
    const { method, target, headers, body } = request;
    const isPlain = /^[\x21-\x7e]+$/.test(target) && !headers.some(([name]) => UNSAYABLE.has(name));
    if (!isPlain)
      return await this.#write(bytesOf(request), {
        isHead: method === 'HEAD',
        isWhole: true,
      });
    return await new Promise<FuzzAnswer>((resolve) => {
      const outgoing = httpRequest({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: target,
        agent: this.#agent,
        headers: {
          ...Object.fromEntries(headers),
          ...(body !== null && { 'content-length': body.length }),
        },
      });
      outgoing.on('error', () => resolve(SILENCE));
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve(SILENCE));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.end(body ?? undefined);
    });
  }

  /**
   * Writes bytes and reads the first answer. What lies about its length is waited for by the server, so
   * such bytes are followed by the end of our half after a while.
   */
  async #write(bytes: Buffer, { isHead, isWhole }: Written): Promise<FuzzAnswer> {
    return await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: this.#port, allowHalfOpen: true });
      const patience = isWhole ? undefined : setTimeout(() => socket.end(), PATIENCE_MS);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (isAnswered(Buffer.concat(chunks))) socket.destroy();
      });
      socket.on('error', () => socket.destroy());
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        clearTimeout(patience);
        resolve(readAnswer(Buffer.concat(chunks), isHead));
      });
      socket.write(bytes);
    });
  }
}

interface Written {
  readonly isHead: boolean;
  readonly isWhole: boolean;
}

const PATIENCE_MS = 100;

const UNSAYABLE = new Set(['host', 'expect', 'upgrade', 'content-length']);
const SILENCE: FuzzAnswer = { status: 0, contentType: '', body: Buffer.alloc(0) };

/** The request as it stands on the wire. */
export function bytesOf({ method, target, headers, body, raw }: FuzzRequest): Buffer {
  if (raw !== undefined) return raw;
  const named = new Set(headers.map(([name]) => name));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  if (!named.has('host')) lines.push('host: 127.0.0.1\r\n');
  if (body !== null && !named.has('content-length'))
    lines.push(`content-length: ${body.length}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}connection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** Whether all that Content-Length promised is there; without one the end of the connection tells. */
function isAnswered(bytes: Buffer): boolean {
  const { status, isComplete } = readAnswer(bytes, false);
  return status !== 0 && isComplete;
}

function readAnswer(bytes: Buffer, isHead: boolean): FuzzAnswer & { isComplete: boolean } {
  // `100 Continue` comes before the answer proper.
  const start = bytes.indexOf('HTTP/1.1 100') === 0 ? bytes.indexOf('\r\n\r\n') + 4 : 0;
  const end = bytes.indexOf('\r\n\r\n', start);
  if (end === -1) return { ...SILENCE, isComplete: false };
  const head = bytes.subarray(start, end).toString('latin1');
  const header = (name: string) =>
    new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const rest = bytes.subarray(end + 4);
  const length = header('content-length');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    contentType: header('content-type'),
    isComplete: length !== '' && rest.length >= Number(length),
    body: rest.subarray(0, isHead ? 0 : Number(length === '' ? rest.length : length)),
  };
}
