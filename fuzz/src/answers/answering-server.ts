import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, type Face, makeCase } from './cases.ts';

export interface AnsweringServer {
  readonly port: number;
  /** The URL whose request is answered by this case. */
  urlOf(face: Face, number: number): string;
  close(): Promise<void>;
}

const HOST = /^case-(\d+)\.example\.com$/;

/** Every name that urlOf makes leads here. */
export function resolveCase(hostname: string): Promise<readonly string[]> {
  return HOST.test(hostname)
    ? Promise.resolve(['127.0.0.1'])
    : Promise.reject(new Error(`who is ${hostname}?`));
}

/** Answers each request with the case whose number it carries, so that runs repeat exactly. */
export async function startAnsweringServer(seed: number): Promise<AnsweringServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Most answers end in the other side's reset.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const number = numberOf(bytes.toString('latin1'));
      if (number !== null) void play(socket, makeCase(seed, number));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    urlOf(face, number) {
      if (face === 'http') return `http://127.0.0.1:${port}/case/${number}`;
      if (face === 'tls') return `https://case-${number}.example.com:${port}/`;
      return `http://127.${number >> 16}.${(number >> 8) & 0xff}.${number & 0xff}/`;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A request's path, the name in a ClientHello, the address that a proxy is asked for. */
function numberOf(text: string): number | null {
  const plain = /^POST \/case\/(\d+) /.exec(text) ?? /case-(\d+)\.example\.com/.exec(text);
  if (plain !== null) return Number(plain[1]);
  const [, high, middle, low] = /^CONNECT 127\.(\d+)\.(\d+)\.(\d+):/.exec(text) ?? [];
  if (low === undefined) return null;
  return (Number(high) << 16) | (Number(middle) << 8) | Number(low);
}

async function play(socket: Socket, { bytes, cuts, ending }: Case): Promise<void> {
  let from = 0;
  for (const cut of cuts) {
    socket.write(bytes.subarray(from, cut));
    from = cut;
    await sleep(1);
  }
  const rest = bytes.subarray(from);
  if (ending === 'end') socket.end(rest);
  else socket.write(rest, () => ending === 'reset' && socket.resetAndDestroy());
}
