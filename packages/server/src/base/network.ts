import { isIP, isIPv6 } from 'node:net';

/**
 * Where a request comes from: what trusted proxies say, as a bare address. Some say ip:port, which would
 * make each connection somebody else; for what is no address the peer stands in, since X-Forwarded-For
 * may hold anything.
 *
 * @param request Fastify's: `ip` is what TRUST_PROXY lets X-Forwarded-For say
 */
export function addressOf(request: {
  readonly ip: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}): string {
  const { ip = '' } = request;
  const bare =
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(ip)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(ip)?.[1] ?? ip;
  const address = bare.split('%', 1)[0] ?? '';
  return isIP(address) === 0 ? (request.socket.remoteAddress ?? '') : address;
}

/** One household or server has a whole /64 of IPv6 (RFC 6177), so that counts as one address. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
