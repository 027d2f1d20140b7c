import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';

/** One range of addresses, in the shape that `net.BlockList.addSubnet` takes. */
export type Cidr = {
  /** `address/prefixBits`, as Fastify's trustProxy takes it. */
  readonly text: string;
  readonly address: string;
  readonly prefixBits: number;
  readonly family: 'ipv4' | 'ipv6';
};

/** Either what a text stands for, or what is wrong with it and what to write instead. */
export type Reading<T> = { readonly value: T } | { readonly wrong: string };

/**
 * Turns the text of one setting into its value. A `wrong` sentence continues "NAME …" and never
 * repeats the text of a secret.
 */
export type Reader<T> = (text: string) => Reading<T>;

/** What a person typed, shortened so that one bad value cannot flood the message. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Any text. */
export const anyText: Reader<string> = (text) => ({ value: text });

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined
      ? { wrong: `is ${shown(text)}: write one of ${words.join(', ')}` }
      : { value };
  };
}

/** `true` or `false`. */
export const flag: Reader<boolean> = (text) => {
  if (text === 'true') return { value: true };
  if (text === 'false') return { value: false };
  return { wrong: `is ${shown(text)}: write true or false` };
};

/** `on` or `off`. */
export const onOrOff: Reader<boolean> = (text) => {
  if (text === 'on') return { value: true };
  if (text === 'off') return { value: false };
  return { wrong: `is ${shown(text)}: write on or off` };
};

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max
      ? { value }
      : { wrong: `is ${shown(text)}: write a whole number from ${min} to ${max}` };
  };
}

const MOST_PROCESSES = 64;

/** A number of processes, or `auto`: one for each core. */
export const processes: Reader<number> = (text) => {
  if (text === 'auto') return { value: Math.min(availableParallelism(), MOST_PROCESSES) };
  const reading = wholeNumber(1, MOST_PROCESSES)(text);
  return 'value' in reading ? reading : { wrong: `${reading.wrong}, or auto` };
};

/** `5,30,120`: seconds, each above 0 (fractions too), none longer than 7 days, 20 at most. */
export const secondsList: Reader<readonly number[]> = (text) => {
  const parts = text.split(',').map((part) => part.trim());
  const value = parts.map((part) => (/^\d{1,9}(\.\d{1,3})?$/.test(part) ? Number(part) : 0));
  return parts.length <= 20 && value.every((seconds) => seconds > 0 && seconds <= 604_800)
    ? { value }
    : {
        wrong:
          `is ${shown(text)}: write seconds separated by commas, such as 5,30,120 ` +
          '(each above 0 and at most 604800, 20 at most)',
      };
};

/** A comma-separated list, each part read by `reader`. */
export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (text) => {
    const value: T[] = [];
    for (const part of text.split(',')) {
      const reading = reader(part.trim());
      if ('wrong' in reading) return { wrong: `has a part that ${reading.wrong}` };
      value.push(reading.value);
    }
    return { value };
  };
}

/** `10.0.0.0/8`, `fd00::/8`, or a bare address, which stands for itself alone. */
export const cidr: Reader<Cidr> = (text) => {
  const wrong = `is ${shown(text)}: write address ranges such as 127.0.0.0/8 or fd00::/8`;
  const [address = '', prefixText, ...rest] = text.split('/');
  // Strict: 127.1 and 0x7f.1 are no addresses here, and a zone (fe80::1%eth0) is no range.
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return { wrong };
  const maxBits = version === 4 ? 32 : 128;
  const prefixBits = prefixText === undefined ? maxBits : Number(prefixText);
  if (prefixText !== undefined && (!/^\d{1,3}$/.test(prefixText) || prefixBits > maxBits)) {
    return { wrong };
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return { value: { text: `${address}/${prefixBits}`, address, prefixBits, family } };
};

/** A name or address to listen on: no scheme, no port. */
export const hostName: Reader<string> = (text) => {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return /^[A-Za-z0-9.-]{1,253}$/.test(bare) || isIP(bare) === 6
    ? { value: bare }
    : { wrong: `is ${shown(text)}: write a host name or an address, such as 127.0.0.1 or 0.0.0.0` };
};

/** An http or https address without user, query or fragment; gives it without a trailing slash. */
export const webAddress: Reader<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    `${url.username}${url.password}${url.search}${url.hash}` === '';
  return url !== null && isPlain
    ? { value: url.href.replace(/\/+$/, '') }
    : // The text is not repeated: a user part may hold a password.
      { wrong: 'is no plain web address: write one such as https://webhooks.example.com' };
};

/**
 * An http or https proxy with at most a user and a password, which RFC 7617 wants without control
 * characters and the user without a colon. The text is never repeated: it holds the password.
 */
export const proxyUrl: Reader<string> = (text) => {
  const url = URL.parse(text);
  const isProxy =
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    `${url.pathname}${url.search}${url.hash}` === '/' &&
    url.port !== '0' &&
    areCredentials(url);
  return url !== null && isProxy
    ? { value: url.href }
    : {
        wrong:
          'is no proxy: write http://proxy.example.com:3128 or https://…, with user:password@ ' +
          'before the host if it asks for them (special characters percent-encoded)',
      };
};

function areCredentials(url: URL): boolean {
  try {
    const user = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    // eslint-disable-next-line no-control-regex
    return !user.includes(':') && !/[\x00-\x1f\x7f]/.test(user + password);
  } catch {
    // A % that encodes nothing.
    return false;
  }
}

/** Scheme, host and port alone, as browsers send it in `Origin`. */
export const origin: Reader<string> = (text) => {
  const reading = webAddress(text);
  if ('wrong' in reading || new URL(reading.value).pathname !== '/') {
    return { wrong: `is ${shown(text)}: write an origin such as https://crm.example.com` };
  }
  return { value: new URL(reading.value).origin };
};

/** A `postgresql://` address. The text is never repeated: it holds a password. */
export const databaseUrl: Reader<string> = (text) =>
  /^postgres(ql)?:\/\/\S+$/.test(text)
    ? { value: text }
    : { wrong: 'is no database address: write postgresql://user:password@host:5432/database' };

/** Base64 of 32 bytes. The text is never repeated. */
export const base64Key: Reader<string> = (text) => {
  const bytes = Buffer.from(text, 'base64');
  const base64 = bytes.toString('base64');
  return bytes.length === 32 && base64.replace(/=+$/, '') === text.replace(/=+$/, '')
    ? { value: base64 }
    : { wrong: 'is not base64 of 32 bytes: make one with `openssl rand -base64 32`' };
};

/** Text of a given shape, described by the sentence that says what to write. */
export function matching(shape: RegExp, write: string): Reader<string> {
  return (text) => (shape.test(text) ? { value: text } : { wrong: `has a wrong form: ${write}` });
}
