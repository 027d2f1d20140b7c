import { LIMITS } from '@sydx/contract';
import { isIP } from 'node:net';
import { TransportFailure } from './failure.ts';
import { isAddressAllowed } from './guard.ts';
import type { Resolve } from './resolve.ts';
import type { Listening, OwnInboxes } from './own-inboxes.ts';
import { bareHostname, isExemptUrl, isWebScheme, portOf, type TargetPolicy } from './target.ts';

/** What a webhook's URL must satisfy when it is saved. */
export interface UrlPolicy extends TargetPolicy {
  /** PUBLIC_URL: a webhook on our own host would deliver to ourselves for ever. */
  readonly publicUrl: string;
  /** Where this process listens: the same by address, whatever name PUBLIC_URL has. */
  readonly listensOn?: () => readonly Listening[];
  /** Of our own host the one thing that may be a target after all. Null: there are none. */
  readonly ownInboxes: Pick<OwnInboxes, 'tokenOf'> | null;
}

export type UrlRefusal =
  | 'url_invalid'
  | 'url_too_long'
  | 'url_not_https'
  | 'url_has_credentials'
  | 'url_port'
  | 'url_own_host'
  | 'url_address_refused';

export type UrlCheck =
  /** `url` is what to store: normalised, without fragment. */
  | {
      readonly ok: true;
      readonly url: string;
      readonly warning?: string;
      /** It leads to an inbox of our own, if there is one of this token. */
      readonly inboxToken?: string;
    }
  /** `sentence` tells the admin what to write instead. */
  | { readonly ok: false; readonly reason: UrlRefusal; readonly sentence: string };

const SENTENCES: Readonly<Record<UrlRefusal, string>> = {
  url_invalid: 'This is not a URL. Enter one such as https://example.com/webhook.',
  url_too_long: `The URL is too long: it may have ${LIMITS.urlCharacters} characters.`,
  url_not_https: 'The URL must start with https://.',
  url_has_credentials:
    'The URL must not hold a user name or password. Receivers verify the signature instead.',
  url_port: 'The URL has no usable port. Leave the port out, or use one from 1 to 65535.',
  url_own_host: 'The URL leads back to this system. Enter the address of your own server.',
  url_address_refused:
    'The host of the URL leads to a private or reserved address. Use one that is public on the internet.',
};

/**
 * Judges what an admin typed by its text alone, after the URL parser normalised every spelling:
 * `2130706433`, `0x7f.1` and `①②⑦.⓪.⓪.①` are all 127.0.0.1 by then.
 */
export function checkUrl(text: string, policy: UrlPolicy): UrlCheck {
  const url = URL.parse(text);
  if (url === null) return refuse('url_invalid');
  url.hash = '';
  if (url.href.length > LIMITS.urlCharacters) return refuse('url_too_long');
  if (isExemptUrl(url, policy.exempt)) return { ok: true, url: url.href };
  const inboxToken = policy.ownInboxes?.tokenOf(url.href) ?? null;
  if (inboxToken !== null) return { ok: true, url: url.href, inboxToken };
  if (!isWebScheme(url) || (url.protocol === 'http:' && !policy.allowHttp)) {
    return refuse('url_not_https');
  }
  if (url.username !== '' || url.password !== '') return refuse('url_has_credentials');
  if (url.port === '0') return refuse('url_port');
  if (isOwn(url, policy)) return refuse('url_own_host');
  const hostname = bareHostname(url);
  if (hostname === '') return refuse('url_invalid');
  if (isIP(hostname) !== 0 && !isAddressAllowed(hostname, policy.allowNetworks)) {
    return refuse('url_address_refused');
  }
  return { ok: true, url: url.href };
}

/**
 * The same, and looks the name up: one that leads to a refused address is refused with a friendly
 * sentence now instead of failing every delivery later. A lookup that fails is only a warning,
 * since the name may be about to be set up.
 */
export async function checkUrlResolves(
  text: string,
  policy: UrlPolicy,
  resolve: Resolve,
): Promise<UrlCheck> {
  const check = checkUrl(text, policy);
  if (!check.ok || check.inboxToken !== undefined) return check;
  const url = new URL(check.url);
  const hostname = bareHostname(url);
  if (isExemptUrl(url, policy.exempt)) return check;
  if (isIP(hostname) !== 0) {
    return (await isOwnAddress(url, policy, resolve)) ? refuse('url_own_host') : check;
  }
  try {
    const addresses = await resolve(hostname);
    if (isListening(url, addresses, policy)) return refuse('url_own_host');
    const areAllowed = addresses.every((one) => isAddressAllowed(one, policy.allowNetworks));
    return areAllowed ? check : refuse('url_address_refused');
  } catch (error) {
    const isUnknown = error instanceof TransportFailure && error.code === 'dns_not_found';
    const warning = isUnknown
      ? `The host name ${hostname} does not exist yet; deliveries fail until it does.`
      : `The host name ${hostname} could not be looked up just now.`;
    return { ...check, warning };
  }
}

function refuse(reason: UrlRefusal): UrlCheck {
  return { ok: false, reason, sentence: SENTENCES[reason] };
}

/**
 * Our own host on any port, since a proxy's port and ours differ. On loopback the port decides:
 * in development the receiver lives on the same host.
 */
function isOwn(url: URL, policy: UrlPolicy): boolean {
  const own = URL.parse(policy.publicUrl);
  if (own === null) return false;
  const [ownName, name] = [bareHostname(own), bareHostname(url)];
  if (isLoopback(ownName)) return isLoopback(name) && portOf(own) === portOf(url);
  return ownName === name;
}

/** Whether these addresses and the URL's port are where this process listens. */
function isListening(url: URL, addresses: readonly string[], policy: UrlPolicy): boolean {
  const ours = policy.listensOn?.().filter(({ port }) => port === portOf(url)) ?? [];
  return addresses.some(
    (one) => ours.length > 0 && (isLoopback(one) || ours.some(({ address }) => address === one)),
  );
}

/**
 * Whether a literal address is ours: where we listen, or what PUBLIC_URL's name leads to. Names are not
 * compared by address: sites of many owners share those of a proxy such as Cloudflare's.
 */
async function isOwnAddress(url: URL, policy: UrlPolicy, resolve: Resolve): Promise<boolean> {
  const address = bareHostname(url);
  if (isListening(url, [address], policy)) return true;
  const own = URL.parse(policy.publicUrl);
  const ownName = own === null ? '' : bareHostname(own);
  if (isIP(ownName) !== 0 || isLoopback(ownName)) return false;
  try {
    return (await resolve(ownName)).includes(address);
  } catch (error) {
    // Only a friendly sentence is at stake: a source refuses what we deliver to ourselves.
    if (error instanceof TransportFailure) return false;
    throw error;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || hostname.startsWith('127.');
}
