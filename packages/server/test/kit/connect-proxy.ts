import { connect, type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { ServerCertificate } from './certificates.ts';

export interface ConnectRequest {
  /** What the proxy was asked to connect to, `address:port`. */
  readonly authority: string;
  readonly head: string;
}

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly requests: ConnectRequest[];
  openConnectionCount(): number;
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Serves the proxy itself over TLS. */
  certificate?: ServerCertificate;
  /** `user:password` that it asks for. */
  credentials?: string;
  /** Answers in place of the proxy: connects nobody. */
  misbehave?: (socket: Socket, request: ConnectRequest) => void;
}

/**
 * A real HTTP CONNECT proxy: it connects to the address that it is asked for, and pipes. To loopback
 * alone, so that no test's traffic leaves this machine; other addresses cannot be connected (503).
 */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const requests: ConnectRequest[] = [];
  const open = new Set<Socket>();
  const onSocket = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes: Buffer) => {
      const head = bytes.toString('latin1');
      const request = { authority: /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? '', head };
      requests.push(request);
      if (options.misbehave === undefined) serve(socket, request, options.credentials);
      else options.misbehave(socket, request);
    });
  };
  const server =
    options.certificate === undefined
      ? createTcp(onSocket)
      : createTls(options.certificate, onSocket);
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url:
      options.certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    port,
    requests,
    openConnectionCount: () => open.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function serve(socket: Socket, { authority, head }: ConnectRequest, credentials?: string): void {
  const shown = /^proxy-authorization: Basic (\S+)\r$/im.exec(head)?.[1] ?? '';
  if (credentials !== undefined && Buffer.from(shown, 'base64').toString() !== credentials) {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
    return;
  }
  const { hostname, port } = new URL(`http://${authority}`);
  if (!hostname.startsWith('127.')) {
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    return;
  }
  const far = connect(Number(port || 80), hostname);
  let isTunnel = false;
  far.on('error', () => {
    if (!isTunnel) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
  });
  far.once('connect', () => {
    isTunnel = true;
    socket.write('HTTP/1.1 200 Connection established\r\nproxy-agent: test\r\n\r\n');
    socket.pipe(far).pipe(socket);
  });
  far.once('close', () => isTunnel && socket.destroy());
  socket.once('close', () => far.destroy());
}
