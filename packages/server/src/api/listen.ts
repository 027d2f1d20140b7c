import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../base/settings.ts';
import { StartError } from '../base/start-error.ts';

/** Idle connections end at once; what still talks after the engine's 5.75 s gets this long: 6 s in all. */
const CLOSE_PATIENCE_MS = 250;

/**
 * @returns the address it listens on, with the real port where PORT is 0
 * @throws StartError when it cannot listen there
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: Pick<Settings, 'host' | 'port'>,
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const sentences: Record<string, string> = {
      EADDRINUSE: `Port ${port} of ${host} is taken by another program. Stop it, or set PORT to another port (0: any free one).`,
      EACCES: `This user may not listen on port ${port}. Set PORT to 1024 or above.`,
      EADDRNOTAVAIL: `${host} is no address of this machine. Set HOST to one, or to 0.0.0.0 for all.`,
      ENOTFOUND: `${host} has no address. Set HOST to an address of this machine.`,
    };
    const sentence = sentences[code ?? ''];
    throw sentence === undefined ? cause : new StartError(sentence, { cause });
  }
  const { port: realPort } = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${realPort}`;
}

/** The address and port as they were bound: `0.0.0.0` where it is every address. Once it listens. */
export function boundTo(server: FastifyInstance): { address: string; port: number } {
  const { address, port } = server.server.address() as AddressInfo;
  return { address, port };
}

/** Every address of this machine that the server answers on, with its port; none before it listens. */
export function listeningOn(server: FastifyInstance): { address: string; port: number }[] {
  const bound = server.server.address() as AddressInfo | null;
  if (bound === null) return [];
  const { address, port } = bound;
  if (address !== '0.0.0.0' && address !== '::') return [{ address, port }];
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.map((each) => ({ address: each.address, port }));
}

export async function closeServer(server: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), CLOSE_PATIENCE_MS);
  await server.close();
  clearTimeout(timer);
}
