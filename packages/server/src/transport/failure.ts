import type { AttemptErrorCode } from '@sydx/contract';
import { errors } from 'undici';

/** A failure that already has its code in the contract's ATTEMPT_ERRORS. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly code: AttemptErrorCode;

  constructor(code: AttemptErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes of Node, OpenSSL and undici → codes of the contract. */
const CODES: Readonly<Record<string, AttemptErrorCode>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  ENETUNREACH: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  EHOSTDOWN: 'network_unreachable',
  EADDRNOTAVAIL: 'network_unreachable',
  EAFNOSUPPORT: 'network_unreachable',
  EACCES: 'network_unreachable',
  EPERM: 'network_unreachable',
  EINVAL: 'network_unreachable',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'tls_expired',
  CERT_NOT_YET_VALID: 'tls_expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_self_signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_host',
  UND_ERR_HEADERS_OVERFLOW: 'response_headers_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not_http',
  // Some malformed answers (an upgrade amid other statuses) reach an assertion of undici's.
  ERR_ASSERTION: 'not_http',
  UND_ERR_DESTROYED: 'interrupted',
  UND_ERR_CLOSED: 'interrupted',
};

/** What OpenSSL says about a chain that leads to nobody we know, or that is broken. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|CRL_|ERROR_IN_CERT_)/;

/** Sorts whatever was thrown between the call and the answer into a stable code. */
export function failureCode(error: unknown): AttemptErrorCode {
  if (error instanceof TransportFailure) return error.code;
  const code = codeOf(error);
  const known = CODES[code];
  if (known === 'connection_reset' && isInterimAnswer(error)) return 'status_1xx';
  if (known !== undefined) return known;
  if (error instanceof errors.HTTPParserError) return 'not_http';
  if (UNTRUSTED.test(code)) return 'tls_untrusted';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls_handshake_failed';
  return 'internal';
}

/** Sorts a failure of the TLS handshake: what is not about the certificate is the handshake's. */
export function handshakeFailureCode(error: unknown): AttemptErrorCode {
  const code = failureCode(error);
  return code.startsWith('tls_') || code === 'timeout' ? code : 'tls_handshake_failed';
}

/** undici's words for a 100 Continue or 101 Switching Protocols that nobody asked for. */
function isInterimAnswer(error: unknown): boolean {
  return error instanceof Error && /^bad (response|upgrade)$/.test(error.message);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
