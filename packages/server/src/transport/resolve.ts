import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { TransportFailure } from './failure.ts';
import { parseHostsFile } from './hosts-file.ts';

/**
 * Gives every address of a name, IPv4 first. Throws a TransportFailure `dns_not_found` when the
 * name has none and `dns_failed` when nobody could say.
 */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface ResolverOptions {
  /** How long one try waits for one name server. */
  timeoutMs?: number;
  tries?: number;
  /** Name servers as `address` or `address:port`; the machine's own unless given. */
  servers?: readonly string[];
  hostsPath?: string;
  /** How long an answer is used again. Every new connection still judges it. */
  cacheMs?: number;
  nowMs?: () => number;
}

const SETTINGS_LIFE_MS = 30_000;
const HOSTS_LIFE_MS = 5_000;
const MAX_CACHED = 10_000;
/** Once one family answered, how long the other may take (RFC 8305 waits 50 ms; DNS is cached). */
const SECOND_FAMILY_MS = 500;

/**
 * Makes a resolver that reads the hosts file and then asks name servers through c-ares.
 * Not getaddrinfo: that holds a thread of libuv's pool for as long as DNS stalls, and four stalled
 * names would stop the whole process from reading files and hashing passwords.
 */
export function createResolver(options: ResolverOptions = {}): Resolve {
  const nowMs = options.nowMs ?? (() => performance.now());
  const cacheMs = options.cacheMs ?? 5_000;
  const hostsPath = options.hostsPath ?? '/etc/hosts';
  const cached = new Map<string, { addresses: Promise<readonly string[]>; expiresAtMs: number }>();
  const resolver = renewed(SETTINGS_LIFE_MS, nowMs, () => makeResolver(options));
  const hosts = renewed(HOSTS_LIFE_MS, nowMs, () => readHosts(hostsPath));

  async function look(name: string): Promise<readonly string[]> {
    const local = (await hosts()).get(name);
    if (local !== undefined) return local;
    // RFC 6761: these names never leave the machine.
    if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
    return ask(resolver(), name, () => makeResolver(options));
  }

  return (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const known = cached.get(name);
    if (known !== undefined && known.expiresAtMs > nowMs()) return known.addresses;
    const addresses = look(name);
    cached.delete(name);
    cached.set(name, { addresses, expiresAtMs: nowMs() + cacheMs });
    if (cached.size > MAX_CACHED) cached.delete(cached.keys().next().value ?? name);
    // A failure is never reused; whoever awaits `addresses` hears of it.
    addresses.catch(() => cached.delete(name));
    return addresses;
  };
}

/** A new one from time to time, since name servers change under a process that lives for months. */
function makeResolver({ timeoutMs = 1_000, tries = 2, servers }: ResolverOptions): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  if (servers !== undefined) resolver.setServers(servers);
  return resolver;
}

async function readHosts(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    return parseHostsFile(await readFile(path, 'utf8'));
  } catch {
    // A machine without a hosts file (or with an unreadable one) has only DNS.
    return new Map();
  }
}

/**
 * @param alone makes a resolver with sockets of its own: c-ares fails every question under way on a
 *   socket that brought a malformed answer, and one name's answer must not fail other names
 */
async function ask(
  resolver: Resolver,
  name: string,
  alone: (() => Resolver) | null,
): Promise<readonly string[]> {
  const families = [resolver.resolve4(name), resolver.resolve6(name)];
  const answers = await settleTogether(families, SECOND_FAMILY_MS);
  const addresses = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [],
  );
  if (addresses.length > 0) return addresses;
  const codes = answers.map((answer) =>
    answer.status === 'rejected' ? String((answer.reason as { code?: unknown }).code) : 'ENODATA',
  );
  if (alone !== null && codes.includes('EBADRESP')) return ask(alone(), name, null);
  if (codes.every((code) => code === 'ENOTFOUND' || code === 'ENODATA')) {
    throw new TransportFailure('dns_not_found', `${name} has no address (${codes.join(', ')})`);
  }
  throw new TransportFailure('dns_failed', `looking up ${name} failed (${codes.join(', ')})`);
}

/** All outcomes, but once one has succeeded the rest get `patienceMs` and are then left out. */
function settleTogether<T>(
  promises: readonly Promise<T>[],
  patienceMs: number,
): Promise<PromiseSettledResult<T>[]> {
  return new Promise((done) => {
    const settled: (PromiseSettledResult<T> | undefined)[] = promises.map(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      done(settled.filter((outcome) => outcome !== undefined));
    };
    const arrive = (index: number, outcome: PromiseSettledResult<T>) => {
      settled[index] = outcome;
      if (settled.every((one) => one !== undefined)) finish();
      else if (outcome.status === 'fulfilled') timer ??= setTimeout(finish, patienceMs);
    };
    promises.forEach((promise, index) => {
      promise.then(
        (value) => arrive(index, { status: 'fulfilled', value }),
        (reason: unknown) => arrive(index, { status: 'rejected', reason }),
      );
    });
  });
}

function renewed<T>(lifeMs: number, nowMs: () => number, make: () => T): () => T {
  let value: T | undefined;
  let madeAtMs = 0;
  return () => {
    if (value === undefined || nowMs() - madeAtMs > lifeMs) {
      value = make();
      madeAtMs = nowMs();
    }
    return value;
  };
}
