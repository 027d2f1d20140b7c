import type { Cidr } from '../base/settings-readers.ts';
import { DEFAULT_GRAPH_URL, type Settings } from '../base/settings.ts';
import type { Transport } from '../engine/ports.ts';
import type { Resolve } from './resolve.ts';
import { createTransport } from './transport.ts';

/** For DNS, connect, TLS and headers; Meta's own answers take a second or two. */
const DEADLINE_MS = 15_000;
/** A lead has some hundred answers at most. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;

const EVERYWHERE: readonly Cidr[] = [
  { text: '0.0.0.0/0', address: '0.0.0.0', prefixBits: 0, family: 'ipv4' },
  { text: '::/0', address: '::', prefixBits: 0, family: 'ipv6' },
];

/**
 * The way to Meta's Graph API, with the same guard, deadline and bounds as deliveries. Where the
 * operator says that it is somewhere else, that is where it is: a gateway in a private network may well
 * be meant.
 */
export function createGraphTransport(
  settings: Pick<Settings, 'metaGraphUrl' | 'allowTargetNetworks' | 'egressProxyUrl'>,
  resolve: Resolve,
): Transport {
  const { metaGraphUrl, allowTargetNetworks, egressProxyUrl } = settings;
  return createTransport({
    deadlineMs: DEADLINE_MS,
    bodyGraceMs: DEADLINE_MS,
    responseBodyLimitBytes: ANSWER_LIMIT_BYTES,
    allowHttp: metaGraphUrl.startsWith('http:'),
    allowNetworks: metaGraphUrl === DEFAULT_GRAPH_URL ? allowTargetNetworks : EVERYWHERE,
    resolve,
    egressProxyUrl,
    maxSocketsPerOrigin: 64,
    maxIdleSockets: 16,
  });
}
