import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUrl, checkUrlResolves, type UrlPolicy } from '../../src/transport/check-url.ts';
import { TransportFailure } from '../../src/transport/failure.ts';
import { isAddressAllowed, toNetworks } from '../../src/transport/guard.ts';
import { startReceiver } from '../kit/receivers.ts';
import { loopbackTransport, post, ranges } from './setup.ts';

const STRICT: UrlPolicy = {
  allowHttp: false,
  allowNetworks: [],
  exempt: [],
  publicUrl: 'https://hooks.example.com',
  ownTargetPaths: ['/inbox/'],
};

/** The first, a middle and the last address of each range that must never be dialled. */
const REFUSED: [string, ...string[]][] = [
  ['this network', '0.0.0.0', '0.1.2.3', '0.255.255.255'],
  ['private 10/8', '10.0.0.0', '10.20.30.40', '10.255.255.255'],
  ['shared (CGNAT)', '100.64.0.0', '100.100.100.200', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.0.0.1', '127.255.255.255'],
  ['link-local and metadata', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['private 172.16/12', '172.16.0.0', '172.20.0.1', '172.31.255.255'],
  ['protocol assignments', '192.0.0.0', '192.0.0.192', '192.0.0.255'],
  ['documentation 1', '192.0.2.0', '192.0.2.255'],
  ['AS112', '192.31.196.0', '192.175.48.1'],
  ['AMT', '192.52.193.0'],
  ['6to4 relay', '192.88.99.0', '192.88.99.255'],
  ['private 192.168/16', '192.168.0.0', '192.168.1.1', '192.168.255.255'],
  ['benchmarking', '198.18.0.0', '198.19.255.255'],
  ['documentation 2', '198.51.100.0', '198.51.100.255'],
  ['documentation 3', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255'],
  ['Azure platform', '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback 6', '::1'],
  ['IPv4-compatible', '::7f00:1', '::8.8.8.8', '::127.0.0.1'],
  ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
  ['discard', '100::1'],
  ['Teredo', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['benchmarking 6', '2001:2::1'],
  ['AMT 6', '2001:3::1'],
  ['ORCHID', '2001:10::1', '2001:20::1', '2001:30::1'],
  ['documentation 6', '2001:db8::1', '3fff::1'],
  ['6to4', '2002:7f00:1::1', '2002:808:808::1'],
  ['AS112 6', '2001:4:112::1', '2620:4f:8000::1'],
  ['segment routing', '5f00::1'],
  ['unique local and metadata', 'fc00::1', 'fd00:ec2::254', 'fdff:ffff::1'],
  ['link-local 6', 'fe80::1', 'febf::1'],
  ['site-local', 'fec0::1'],
  ['multicast 6', 'ff02::1', 'ff0e::1'],
  ['unassigned', '4000::1', '8000::1', 'e000::1'],
  ['ISATAP', '2600:1234::5efe:10.0.0.1', '2600:1234::200:5efe:127.0.0.1'],
];

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

describe('the address guard', () => {
  for (const [name, ...addresses] of REFUSED) {
    test(`refuses ${name} at save and at send`, async () => {
      const transport = loopbackTransport({ allowNetworks: [] });
      for (const address of addresses) {
        expect(isAddressAllowed(address, []), address).toBe(false);
        const url = `https://${bracketed(address)}/hook`;
        expect(checkUrl(url, STRICT)).toMatchObject({ ok: false, reason: 'url_address_refused' });
        expect(await post(transport, url)).toMatchObject({
          statusCode: null,
          error: 'address_refused',
        });
      }
      await transport.close();
    });
  }

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '11.0.0.0',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
  ])('lets %s through', (address) => {
    expect(isAddressAllowed(address, [])).toBe(true);
    const url = `https://${bracketed(address)}/hook`;
    expect(checkUrl(url, STRICT)).toMatchObject({ ok: true });
  });

  test.each([
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.1/',
    'https://127.0.1/',
    'https://127.0.0.1./',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://1\t27.0.0.1/',
    'https://1\n27.0.0.1/',
    ' https://127.0.0.1/',
    'https:127.0.0.1/',
    'https:\\\\127.0.0.1/',
    'https:///127.0.0.1/',
    'HTTPS://127.0.0.1/',
    'https://0/',
    'https://0xa9fea9fe/latest/meta-data',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://[0000:0000:0000:0000:0000:0000:0000:0001]/',
  ])('judges the parsed host of %j', async (url) => {
    expect(checkUrl(url, STRICT)).toMatchObject({ ok: false, reason: 'url_address_refused' });
    const transport = loopbackTransport({ allowNetworks: [] });
    expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
    await transport.close();
  });

  test.each(['fe80::1%eth0', '2606:4700::1%1', 'localhost', '', '127.1', '0x7f.1', '8.8.8.8/32'])(
    'refuses what is no plain address: %j',
    (text) => {
      expect(isAddressAllowed(text, toNetworks(ranges('::/0', '0.0.0.0/0')))).toBe(false);
    },
  );

  test('an IPv6 zone in a URL is refused', () => {
    expect(checkUrl('https://[fe80::1%25eth0]/', STRICT)).toMatchObject({ ok: false });
    expect(checkUrl('https://[2606:4700::1%251]/', STRICT)).toMatchObject({ ok: false });
  });

  test('an allowed network is exact', () => {
    const allowed = toNetworks(ranges('127.0.0.0/8', '10.1.0.0/16', 'fd00:1::/32', '192.168.7.7'));
    for (const address of ['127.0.0.1', '10.1.255.255', 'fd00:1::5', '192.168.7.7']) {
      expect(isAddressAllowed(address, allowed), address).toBe(true);
    }
    for (const address of [
      '10.0.255.255',
      '10.2.0.0',
      '::ffff:127.0.0.1',
      '::1',
      'fd00:2::1',
      '192.168.7.8',
      '64:ff9b::7f00:1',
    ]) {
      expect(isAddressAllowed(address, allowed), address).toBe(false);
    }
  });

  test('any parsed URL with a literal host is allowed only as global unicast', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4Extended(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        (host) => {
          const check = checkUrl(`https://${host}/x`, STRICT);
          if (!check.ok) return;
          const { hostname } = new URL(check.url);
          expect(isAddressAllowed(hostname.replace(/^\[|\]$/g, ''), [])).toBe(true);
          expect(hostname).not.toMatch(/^(0|10|127)\.|^169\.254\.|^192\.168\.|^\[(::|f[cdef])/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a name', () => {
  test.each([
    ['only a bad one', ['127.0.0.1']],
    ['a good and a bad one', ['8.8.8.8', '10.0.0.1']],
    ['a bad one behind many good', ['8.8.8.8', '1.1.1.1', '2606:4700::1', '::ffff:10.0.0.1']],
    ['metadata', ['169.254.169.254']],
    ['something that is no address', ['8.8.8.8', 'localhost']],
  ])('with %s among its addresses is refused at save and at send', async (_name, addresses) => {
    const resolve = () => Promise.resolve(addresses);
    const check = await checkUrlResolves('https://rebind.example.com/', STRICT, resolve);
    expect(check).toMatchObject({ ok: false, reason: 'url_address_refused' });
    const transport = loopbackTransport({ allowNetworks: [], resolve });
    const result = await post(transport, 'https://rebind.example.com/');
    expect(result).toMatchObject({ statusCode: null, error: 'address_refused' });
    await transport.close();
  });

  test('that changes its answer between check and connect is dialled at the checked address', async () => {
    const receiver = await startReceiver();
    let lookups = 0;
    const transport = loopbackTransport({
      allowNetworks: ranges('127.0.0.1/32'),
      resolve: () => Promise.resolve([(lookups += 1) === 1 ? '127.0.0.1' : '127.0.0.2']),
    });
    const url = `http://rebind.example.com:${receiver.port}/`;
    expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
    expect(lookups).toBe(1);
    await receiver.close();
    await expect.poll(async () => (await post(transport, url)).error).toBe('address_refused');
    await transport.close();
  });

  test('that is not known yet is saved with a warning', async () => {
    const resolve = () => Promise.reject(new TransportFailure('dns_not_found', 'none'));
    const check = await checkUrlResolves('https://soon.example.net/hook', STRICT, resolve);
    expect(check).toMatchObject({
      ok: true,
      warning: expect.stringContaining('does not exist yet'),
    });
  });
});

describe('a URL at save', () => {
  test('is normalised and loses its fragment', () => {
    expect(checkUrl(' HTTPS://Example.COM:443/a/../Hook?q=1#frag ', STRICT)).toEqual({
      ok: true,
      url: 'https://example.com/Hook?q=1',
    });
    expect(checkUrl('https://bücher.example/ü', STRICT)).toEqual({
      ok: true,
      url: 'https://xn--bcher-kva.example/%C3%BC',
    });
  });

  test.each([
    ['', 'url_invalid'],
    ['example.com/hook', 'url_invalid'],
    ['https://', 'url_invalid'],
    ['https://a b.com/', 'url_invalid'],
    ['https://example.com:99999/', 'url_invalid'],
    ['http://example.com/', 'url_not_https'],
    ['ftp://example.com/', 'url_not_https'],
    ['javascript:alert(1)', 'url_not_https'],
    ['file:///etc/passwd', 'url_not_https'],
    ['https://user:pw@example.com/', 'url_has_credentials'],
    ['https://example.com@127.0.0.1/', 'url_has_credentials'],
    ['https://example.com:0/', 'url_port'],
    [`https://example.com/${'a'.repeat(3_000)}`, 'url_too_long'],
    ['https://hooks.example.com/v1/events', 'url_own_host'],
    ['https://HOOKS.example.com.:8443/', 'url_own_host'],
  ])('%j is refused as %s', (url, reason) => {
    expect(checkUrl(url, STRICT)).toMatchObject({ ok: false, reason });
  });

  test('our own inbox is a target', () => {
    expect(checkUrl('https://hooks.example.com/inbox/abc', STRICT)).toMatchObject({ ok: true });
  });

  test('on loopback another port is another server', () => {
    const policy: UrlPolicy = {
      ...STRICT,
      allowHttp: true,
      allowNetworks: toNetworks(ranges('127.0.0.0/8')),
      publicUrl: 'http://127.0.0.1:8080',
    };
    expect(checkUrl('http://127.0.0.1:9000/', policy)).toMatchObject({ ok: true });
    expect(checkUrl('http://127.0.0.1:8080/', policy)).toMatchObject({ reason: 'url_own_host' });
  });
});

describe('the exemption', () => {
  test('holds for its exact scheme, host, port and path only', async () => {
    const receiver = await startReceiver();
    const demo = `${receiver.origin}/demo`;
    const policy = { ...STRICT, exempt: [demo] };
    const transport = loopbackTransport({ allowHttp: false, allowNetworks: [], exempt: [demo] });
    expect(checkUrl(demo, policy)).toMatchObject({ ok: true });
    expect(await post(transport, demo)).toMatchObject({ statusCode: 200 });
    const others = [
      `${receiver.origin}/demo/`,
      `${receiver.origin}/other`,
      `${receiver.origin}/demo/../other`,
      `http://127.0.0.1:${receiver.port + 1}/demo`,
      `https://127.0.0.1:${receiver.port}/demo`,
      `http://localhost:${receiver.port}/demo`,
    ];
    for (const url of others) {
      expect(checkUrl(url, policy).ok && !url.includes('localhost'), url).toBe(false);
      expect(await post(transport, url)).toMatchObject({ error: 'address_refused' });
    }
    expect(receiver.requests).toHaveLength(1);
    await transport.close();
    await receiver.close();
  });
});
