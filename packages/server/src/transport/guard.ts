import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Cidr } from '../base/settings-readers.ts';

/** Networks that an operator opened on purpose (ALLOW_TARGET_NETWORKS). */
export type Networks = readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

/** IPv6 unicast space as IANA hands it out: everything outside is special, tunnelled or unassigned. */
const GLOBAL_UNICAST_V6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Public by its number, but answered inside the cloud: Azure's metadata and DNS endpoint. */
const PLATFORM_V4: [ipaddr.IPv4, number] = [ipaddr.IPv4.parse('168.63.129.16'), 32];

/** Makes the networks that pass out of what the settings read. */
export function toNetworks(ranges: readonly Cidr[]): Networks {
  return ranges.map(({ address, prefixBits }) => [ipaddr.parse(address), prefixBits]);
}

/**
 * Tells whether an address may be dialled. Fails closed: only plain global unicast passes, so that
 * loopback, private, link-local (cloud metadata), shared, multicast, documentation, reserved,
 * mapped, NAT64, 6to4 and Teredo addresses, zones and anything unreadable are refused.
 *
 * An allowed network is exact: 127.0.0.0/8 does not let ::ffff:127.0.0.1 through.
 */
export function isAddressAllowed(text: string, allowed: Networks): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (allowed.some((network) => isWithin(address, network))) return true;
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return isWithin(address, GLOBAL_UNICAST_V6) && !isIsatap(address);
  return !isWithin(address, PLATFORM_V4);
}

/** The same address in its one canonical spelling, to compare two of them. */
export function canonicalAddress(text: string): string {
  return isIP(text) === 0 ? text : ipaddr.parse(text).toString();
}

function isWithin(
  address: ipaddr.IPv4 | ipaddr.IPv6,
  [base, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number],
): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/** ISATAP (RFC 5214) hides an IPv4 address behind the interface identifier [02]00:5efe. */
function isIsatap(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (!(address instanceof ipaddr.IPv6)) return false;
  const [, , , , high = 0, low = 0] = address.parts;
  return (high & 0xfdff) === 0 && low === 0x5efe;
}
