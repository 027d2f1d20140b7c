import { createSocket } from 'node:dgram';
import ipaddr from 'ipaddr.js';

/** What a name server says to one question: a response code (RFC 1035, 4.1.1) and addresses. */
export interface NameReply {
  readonly rcode: number;
  /** IPv4 for a question of type 1 (A), IPv6 for one of type 28 (AAAA). */
  readonly addresses?: readonly string[];
}

/** Null: it never answers. A buffer: it answers that, after the question's id. */
export type NameAnswer = (name: string, type: number) => NameReply | Buffer | null;

export interface NameServer {
  /** `127.0.0.1:PORT`, as createResolver takes it. */
  readonly address: string;
  /** Every question so far: `name type`. */
  readonly questions: string[];
  close(): void;
}

/** A real name server over UDP whose answers a test decides. Its answers may be kept for 0 s. */
export async function startNameServer(answer: NameAnswer): Promise<NameServer> {
  const questions: string[] = [];
  const server = createSocket('udp4');
  server.on('message', (query, sender) => {
    const { name, type, end } = readQuestion(query);
    questions.push(`${name} ${type}`);
    const reply = answer(name, type);
    if (reply === null) return;
    const id = query.subarray(0, 2);
    const message = Buffer.isBuffer(reply)
      ? Buffer.concat([id, reply])
      : Buffer.concat([id, header(reply), query.subarray(12, end), ...records(reply, type)]);
    server.send(message, sender.port, sender.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    questions,
    close: () => server.close(),
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** What follows the id: an answer to one question, recursion offered. */
function header({ rcode, addresses = [] }: NameReply): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(0x8180 | rcode, 0);
  bytes.writeUInt16BE(1, 2);
  bytes.writeUInt16BE(addresses.length, 4);
  return bytes;
}

/** Each points to the question's name (c00c), is of its type, class IN, life 0. */
function records({ addresses = [] }: NameReply, type: number): Buffer[] {
  return addresses.map((address) => {
    const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
    const head = Buffer.from('c00c00000001000000000000', 'hex');
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([head, bytes]);
  });
}
