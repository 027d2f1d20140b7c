import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { handshakeFailureCode, TransportFailure } from './failure.ts';

export interface HandshakeOptions {
  hostname: string;
  secureContext: SecureContext;
  /** The ticket of an earlier connection to the same origin, which saves a round trip. */
  session: Buffer | undefined;
  onSession: (session: Buffer) => void;
  signal: AbortSignal;
}

/**
 * Agrees on TLS over an open socket, checking the certificate against the host of the URL.
 * Throws a TransportFailure `tls_…`, or the signal's reason.
 */
export function handshake(socket: Socket, options: HandshakeOptions): Promise<TLSSocket> {
  const { hostname, secureContext, session, onSession, signal } = options;
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      // Not dialled: the name that the certificate must hold. A literal address has no SNI.
      host: hostname,
      servername: isIP(hostname) === 0 ? hostname : '',
      ALPNProtocols: ['http/1.1'],
      secureContext,
      ...(session === undefined ? {} : { session }),
    });
    const onAbort = () => {
      secure.destroy();
      socket.destroy();
      reject(signal.reason as Error);
    };
    const fail = (error: Error) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(new TransportFailure(handshakeFailureCode(error), error.message, { cause: error }));
    };
    // Stays: errors between here and undici's own listener must not end the process.
    secure.on('error', fail);
    secure.once('close', () => fail(new Error('closed during the handshake')));
    secure.on('session', onSession);
    secure.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(secure);
    });
    signal.addEventListener('abort', onAbort);
  });
}
