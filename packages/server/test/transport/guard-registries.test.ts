import fc from 'fast-check';
import { isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '../../src/engine/ports.ts';
import { checkUrl, type UrlPolicy } from '../../src/transport/check-url.ts';
import { isAddressAllowed, toNetworks } from '../../src/transport/guard.ts';
import { type ConnectProxy, startConnectProxy } from '../kit/connect-proxy.ts';
import { throwDice } from '../kit/dice.ts';
import { colons, dotted, isPublic, samples, SPECIAL_V4, SPECIAL_V6 } from './iana.ts';
import { loopbackTransport, post, ranges } from './setup.ts';
import { carriers, spellingsV4, spellingsV6 } from './spellings.ts';

const POLICY: UrlPolicy = {
  allowHttp: false,
  allowNetworks: [],
  exempt: [],
  publicUrl: 'https://hooks.example.com',
  ownInboxes: null,
};

/**
 * Every connection goes through a proxy that writes down which address it is asked for and connects
 * nobody: so the tests see what would be dialled, and nothing leaves this machine.
 */
let witness: ConnectProxy;
let transport: Transport;
/** What every name leads to, for the test at hand. */
let answer: readonly string[] = [];

beforeAll(async () => {
  witness = await startConnectProxy({
    misbehave: (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
  });
  transport = loopbackTransport({
    allowHttp: false,
    allowNetworks: [],
    deadlineMs: 10_000,
    egressProxyUrl: witness.url,
    resolve: () => Promise.resolve(answer),
  });
});
afterAll(async () => {
  await transport.close();
  await witness.close();
});

/** Sends to this URL. @returns the address that was dialled, or null when it was refused */
async function dialled(url: string): Promise<string | null> {
  witness.requests.length = 0;
  const { error } = await post(transport, url);
  const [request] = witness.requests;
  if (request === undefined) {
    expect([url, error]).toEqual([url, 'address_refused']);
    return null;
  }
  expect([url, error]).toEqual([url, 'proxy_refused']);
  return request.authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

async function expectRefused(host: string): Promise<void> {
  const url = `https://${host}/hook`;
  expect(checkUrl(url, POLICY), url).toMatchObject({ ok: false, reason: 'url_address_refused' });
  expect(await dialled(url), url).toBeNull();
}

describe('every range of the registries is refused at save and at send', () => {
  it.each(SPECIAL_V4)(
    'IPv4, %s, in every spelling that a URL parser accepts',
    async (_n, base, bits) => {
      for (const address of samples(base, bits)) {
        expect(isPublic(address)).toBe(false);
        for (const host of spellingsV4(address)) {
          expect(new URL(`https://${host}/`).hostname.replace(/\.$/, ''), host).toBe(address);
          await expectRefused(host);
        }
      }
    },
  );

  it.each(SPECIAL_V4)('IPv4, %s, carried by an IPv6 address', async (_name, base, bits) => {
    for (const address of samples(base, bits)) {
      for (const carrier of carriers(address)) {
        expect([carrier, isPublic(carrier)]).toEqual([carrier, false]);
        for (const host of spellingsV6(carrier)) await expectRefused(host);
      }
    }
  });

  it.each(SPECIAL_V6)('IPv6, %s', async (_name, base, bits) => {
    for (const address of samples(base, bits)) {
      expect([address, isPublic(address)]).toEqual([address, false]);
      for (const host of spellingsV6(address)) await expectRefused(host);
    }
  });

  it('public addresses carried by a tunnel are refused as well', async () => {
    for (const carrier of carriers('8.8.8.8')) await expectRefused(`[${carrier}]`);
  });

  it('the neighbours of the ranges are let through', () => {
    for (const [, base, bits] of [...SPECIAL_V4, ...SPECIAL_V6]) {
      for (const address of neighbours(base, bits)) {
        expect([address, isAddressAllowed(address, [])]).toEqual([address, isPublic(address)]);
      }
    }
  });

  it('an IPv6 zone is no address, at save and at send', async () => {
    for (const host of ['[fe80::1%25eth0]', '[fe80::1%eth0]', '[2606:4700::1%251]']) {
      expect(checkUrl(`https://${host}/`, POLICY)).toMatchObject({ ok: false });
      expect(await post(transport, `https://${host}/`)).toMatchObject({ statusCode: null });
    }
    answer = ['2606:4700::1%eth0'];
    expect(await dialled('https://zone.example.com/')).toBeNull();
    expect(witness.requests).toEqual([]);
  });
});

/** Any IPv4 address, every second one near the border of a special range. */
const anyV4 = fc.oneof(
  fc.nat(0xffff_ffff).map(dotted),
  fc
    .tuple(fc.constantFrom(...SPECIAL_V4), fc.integer({ min: -2, max: 2 }), fc.nat(2))
    .map(([[, base, bits], shift, which]) => {
      const at = samples(base, bits)[which] ?? base;
      const number = at.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + shift;
      return dotted(Math.min(Math.max(number, 0), 0xffff_ffff));
    }),
);
const anyGroups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
/** Any IPv6 address: at random, public by its first bits, or a special prefix with a random end. */
const anyV6 = fc.oneof(
  anyGroups.map((parts) => hexGroups(parts)),
  anyGroups.map(([first = 0, ...rest]) => hexGroups([0x2000 | (first & 0x1fff), ...rest])),
  fc.tuple(fc.constantFrom(...SPECIAL_V6), anyGroups).map(([[, base, bits], end]) => {
    const mask = (1n << BigInt(128 - bits)) - 1n;
    return colons((bigOf(samples(base, bits)[0] ?? '') & ~mask) | (bigOf(hexGroups(end)) & mask));
  }),
  anyV4.chain((address) => fc.constantFrom(...carriers(address))),
);
const anyHost = fc.oneof(
  anyV4.chain((address) => fc.constantFrom(...spellingsV4(address))),
  anyV6.chain((address) => fc.constantFrom(...spellingsV6(address))),
  fc.ipV4Extended(),
  fc.webAuthority({ withIPv4Extended: true, withIPv6: true, withPort: true }),
);
const anyUrl = fc.oneof(
  anyHost.map((host) => `https://${host}/hook`),
  fc.tuple(anyHost, anyHost).map(([user, host]) => `https://${user}@${host}/`),
  fc.tuple(anyHost, anyHost).map(([host, path]) => `https://${host}\\@${path}/`),
  fc.tuple(anyHost, anyHost).map(([host, fragment]) => `https:\\\\${host}#@${fragment}`),
  fc.tuple(anyHost, fc.string()).map(([host, noise]) => `https://${host}${noise}`),
  fc.tuple(anyHost, fc.string()).map(([host, noise]) => `https://${noise}${host}`),
);

describe('any URL that parses either dials an allowed address or is refused', () => {
  const { seed } = throwDice();
  const runs = { seed, numRuns: 3_000 };

  it(`at send (SEED=${seed})`, async () => {
    let dials = 0;
    await fc.assert(
      fc.asyncProperty(
        anyUrl,
        fc.array(fc.oneof(anyV4, anyV6), { maxLength: 4 }),
        async (url, addresses) => {
          const parsed = URL.parse(url);
          if (parsed === null || parsed.port === '0') return;
          answer = addresses;
          witness.requests.length = 0;
          const { error } = await post(transport, url);
          const asked = witness.requests.map(({ authority }) =>
            authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''),
          );
          const isRefused = ['address_refused', 'internal', 'dns_not_found'].includes(error ?? '');
          expect([url, asked.length === 0]).toEqual([url, isRefused]);
          dials += asked.length;
          const host = parsed.hostname.replace(/^\[|\]$|\.$/g, '');
          for (const address of asked) {
            expect([url, address, isPublic(address)]).toEqual([url, address, true]);
            // And it is the very one that the URL or its name said.
            const said = isIP(host) === 0 ? answer : [host];
            expect(said.map(canonical)).toContain(canonical(address));
          }
          // One bad address refuses the name.
          if (isIP(host) === 0 && !addresses.every(isPublic)) expect(asked).toEqual([]);
        },
      ),
      runs,
    );
    expect(dials).toBeGreaterThan(100);
  }, 120_000);

  it(`at save, by the same registries (SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        const check = checkUrl(url, POLICY);
        if (!check.ok) return;
        const host = new URL(check.url).hostname.replace(/^\[|\]$|\.$/g, '');
        expect([url, isIP(host) === 0 || isPublic(host)]).toEqual([url, true]);
      }),
      runs,
    );
  });

  it(`the guard and the registries agree on every address (SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.oneof(anyV4, anyV6), (address) => {
        expect([address, isAddressAllowed(address, [])]).toEqual([address, isPublic(address)]);
      }),
      { seed, numRuns: 20_000 },
    );
  });

  it(`ALLOW_TARGET_NETWORKS is exact (SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyV4, fc.integer({ min: 1, max: 32 }), anyV4, (base, bits, address) => {
        const allowed = toNetworks(ranges(`${base}/${bits}`));
        const number = (text: string) => Number(bigOf(carriers(text)[0] ?? ''));
        const isWithin = number(base) >>> (32 - bits) === number(address) >>> (32 - bits);
        expect(isAddressAllowed(address, allowed)).toBe(isWithin || isPublic(address));
        // No other way to write it is let through with it.
        for (const carrier of carriers(address)) {
          expect([carrier, isAddressAllowed(carrier, allowed)]).toEqual([carrier, false]);
        }
      }),
      { seed, numRuns: 5_000 },
    );
  });
});

function neighbours(base: string, bits: number): string[] {
  const [first = '', , last = ''] = samples(base, bits);
  if (isIP(base) === 4) {
    const [from, to] = [bigOf(carriers(first)[0] ?? ''), bigOf(carriers(last)[0] ?? '')];
    return [from - 1n, to + 1n]
      .filter((n) => n >= 0n && n < 1n << 32n)
      .map((n) => dotted(Number(n)));
  }
  return [bigOf(first) - 1n, bigOf(last) + 1n].filter((n) => n >= 0n && n < 1n << 128n).map(colons);
}

/** Of an IPv6 address of eight groups. */
function bigOf(address: string): bigint {
  return address.split(':').reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function hexGroups(parts: readonly number[]): string {
  return parts.map((part) => part.toString(16)).join(':');
}

function canonical(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname : address;
}
