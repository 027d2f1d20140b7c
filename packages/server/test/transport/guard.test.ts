import { describe, expect, test } from 'vitest';
import { checkUrl, checkUrlResolves, type UrlPolicy } from '../../src/transport/check-url.ts';
import { TransportFailure } from '../../src/transport/failure.ts';
import { isAddressAllowed, toNetworks } from '../../src/transport/guard.ts';
import { startReceiver } from '../kit/receivers.ts';
import { OwnInboxes } from '../../src/transport/own-inboxes.ts';
import { loopbackTransport, post, ranges } from './setup.ts';

const STRICT: UrlPolicy = {
  allowHttp: false,
  allowNetworks: [],
  exempt: [],
  publicUrl: 'https://hooks.example.com',
  ownInboxes: new OwnInboxes(() => 'https://hooks.example.com'),
};

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

describe('the address guard', () => {
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
    const token = 'a'.repeat(43);
    expect(checkUrl(`https://hooks.example.com/inbox/${token}`, STRICT)).toEqual({
      ok: true,
      url: `https://hooks.example.com/inbox/${token}`,
      inboxToken: token,
    });
    expect(checkUrl('https://hooks.example.com/inbox/abc', STRICT)).toMatchObject({ ok: false });
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
