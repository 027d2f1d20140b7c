import { cidr } from '../../src/base/settings-readers.ts';
import type { Cidr } from '../../src/base/settings-readers.ts';
import type { AttemptResult, Transport } from '../../src/engine/ports.ts';
import { createTransport, type TransportOptions } from '../../src/transport/transport.ts';

export const DEADLINE_MS = 1_000;

/** Ranges as the settings give them. */
export function ranges(...texts: string[]): Cidr[] {
  return texts.map((text) => {
    const reading = cidr(text);
    if ('wrong' in reading) throw new Error(reading.wrong);
    return reading.value;
  });
}

/** A transport that reaches loopback, with a short deadline; every name is 127.0.0.1. */
export function loopbackTransport(overrides: Partial<TransportOptions> = {}): Transport {
  return createTransport({
    deadlineMs: DEADLINE_MS,
    responseBodyLimitBytes: 8_192,
    allowHttp: true,
    allowNetworks: ranges('127.0.0.0/8'),
    resolve: () => Promise.resolve(['127.0.0.1']),
    maxSocketsPerOrigin: 64,
    maxIdleSockets: 64,
    ...overrides,
  });
}

/** POSTs a small JSON body. */
export function post(transport: Transport, url: string, body = '{"n":1}'): Promise<AttemptResult> {
  return transport.send({ url, headers: { 'content-type': 'application/json' }, body });
}
