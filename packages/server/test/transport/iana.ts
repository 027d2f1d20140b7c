import { BlockList, isIP } from 'node:net';

/**
 * The special-purpose address registries of IANA, written out, as an oracle beside the guard's own
 * library: https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry,
 * with the multicast blocks, and 168.63.129.16, which Azure answers inside of its hosts.
 */
export const SPECIAL_V4: readonly (readonly [name: string, base: string, bits: number])[] = [
  ['this network', '0.0.0.0', 8],
  ['private 10/8', '10.0.0.0', 8],
  ['shared (CGNAT)', '100.64.0.0', 10],
  ['loopback', '127.0.0.0', 8],
  ['link-local and metadata', '169.254.0.0', 16],
  ['private 172.16/12', '172.16.0.0', 12],
  ['protocol assignments', '192.0.0.0', 24],
  ['documentation 1', '192.0.2.0', 24],
  ['AS112', '192.31.196.0', 24],
  ['AMT', '192.52.193.0', 24],
  ['6to4 relay', '192.88.99.0', 24],
  ['private 192.168/16', '192.168.0.0', 16],
  ['direct delegation AS112', '192.175.48.0', 24],
  ['benchmarking', '198.18.0.0', 15],
  ['documentation 2', '198.51.100.0', 24],
  ['documentation 3', '203.0.113.0', 24],
  ['multicast', '224.0.0.0', 4],
  ['reserved', '240.0.0.0', 4],
  ['Azure platform', '168.63.129.16', 32],
];

export const SPECIAL_V6: readonly (readonly [name: string, base: string, bits: number])[] = [
  ['unspecified, loopback, IPv4-compatible', '::', 96],
  ['IPv4-mapped', '::ffff:0:0', 96],
  ['IPv4-translated', '::ffff:0:0:0', 96],
  ['NAT64', '64:ff9b::', 96],
  ['NAT64, local', '64:ff9b:1::', 48],
  ['discard', '100::', 64],
  ['dummy prefix', '100:0:0:1::', 64],
  ['protocol assignments', '2001::', 23],
  ['Teredo', '2001::', 32],
  ['PCP anycast', '2001:1::1', 128],
  ['TURN anycast', '2001:1::2', 128],
  ['benchmarking', '2001:2::', 48],
  ['AMT', '2001:3::', 32],
  ['AS112', '2001:4:112::', 48],
  ['ORCHID', '2001:10::', 28],
  ['ORCHIDv2', '2001:20::', 28],
  ['drone remote id', '2001:30::', 28],
  ['documentation', '2001:db8::', 32],
  ['6to4', '2002::', 16],
  ['direct delegation AS112', '2620:4f:8000::', 48],
  ['documentation 2', '3fff::', 20],
  ['segment routing', '5f00::', 16],
  ['unique local', 'fc00::', 7],
  ['link-local', 'fe80::', 10],
  ['site-local', 'fec0::', 10],
  ['multicast', 'ff00::', 8],
];

const special = new BlockList();
for (const [, base, bits] of SPECIAL_V4) special.addSubnet(base, bits, 'ipv4');
const special6 = new BlockList();
for (const [, base, bits] of SPECIAL_V6) special6.addSubnet(base, bits, 'ipv6');
/** What IANA hands out as global unicast; everything else of IPv6 is unassigned or special. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Whether the registries let this address be dialled from a server. */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  if (version !== 6 || address.includes('%')) return false;
  // ISATAP, RFC 5214: an IPv4 address behind 0:5efe or 200:5efe.
  const isIsatap = /^0?[02]00:5efe$|^0:5efe$/.test(groups(address).slice(4, 6).join(':'));
  return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6') && !isIsatap;
}

/** The first, some address in the middle and the last of a network. */
export function samples(base: string, bits: number): string[] {
  if (isIP(base) === 4) {
    const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - bits);
    return [first, first + Math.floor(size / 2), first + size - 1].map(dotted);
  }
  const first = groups(base).reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
  const size = 1n << BigInt(128 - bits);
  return [first, first + size / 2n, first + size - 1n].map(colons);
}

export function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

export function colons(number: bigint): string {
  const parts: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    parts.push(((number >> shift) & 0xffffn).toString(16));
  }
  return parts.join(':');
}

/** The eight groups of an IPv6 address, as hex without leading zeros. */
function groups(address: string): string[] {
  // The URL parser writes every form in one way; only its `::` is left to be spread out.
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return tail === undefined ? before : [...before, ...zeros, ...after];
}
