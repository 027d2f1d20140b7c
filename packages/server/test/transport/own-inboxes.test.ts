import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '../../src/engine/ports.ts';
import { checkUrl, checkUrlResolves, type UrlPolicy } from '../../src/transport/check-url.ts';
import { OwnInboxes } from '../../src/transport/own-inboxes.ts';
import { type ConnectProxy, startConnectProxy } from '../kit/connect-proxy.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { loopbackTransport, post } from './setup.ts';

const TOKEN = 'Abc-_'.repeat(8).concat('xyz');
const PATH = `/inbox/${TOKEN}`;

/** As operators write PUBLIC_URL, and where an inbox is then. */
const PUBLIC_URLS = [
  'https://hooks.example.com',
  'https://hooks.example.com/crm/webhooks',
  'https://hooks.example.com:8443',
  'https://xn--bcher-kva.example',
  'http://127.0.0.1:8080',
  'http://[::1]:8080',
  'http://localhost',
];

/** What listens where the product would: everything that reaches it is noted. */
let own: Receiver;
/** Where a request that went past the exemption would come out. */
let proxy: ConnectProxy;
const open: Transport[] = [];

beforeAll(async () => {
  own = await startReceiver();
  proxy = await startConnectProxy();
});
afterAll(async () => {
  for (const transport of open) await transport.close();
  await proxy.close();
  await own.close();
});

/** The strictest transport: HTTPS alone, no network opened, and an egress proxy that must stay unasked. */
function strict(publicUrl: string): { inboxes: OwnInboxes; transport: Transport } {
  const inboxes = new OwnInboxes(() => publicUrl);
  inboxes.listens({ address: '127.0.0.1', port: own.port });
  const transport = loopbackTransport({
    allowHttp: false,
    allowNetworks: [],
    resolve: () => Promise.reject(new Error('nobody may ask for a name')),
    egressProxyUrl: `http://127.0.0.1:${proxy.port}`,
    ownInboxes: inboxes,
  });
  open.push(transport);
  return { inboxes, transport };
}

const policyOf = (publicUrl: string): UrlPolicy => ({
  allowHttp: true,
  allowNetworks: [],
  exempt: [],
  publicUrl,
  ownInboxes: new OwnInboxes(() => publicUrl),
});

describe('an inbox of our own', () => {
  it.each(PUBLIC_URLS)(
    'is reached at the listener of this process, whatever PUBLIC_URL is: %s',
    async (publicUrl) => {
      const { transport } = strict(publicUrl);
      const before = own.requests.length;
      const url = `${publicUrl}${PATH}`;
      const nobody = () => Promise.reject(new Error('nobody may ask for a name'));
      const check = await checkUrlResolves(url, policyOf(publicUrl), nobody);
      expect(check).toEqual({ ok: true, url, inboxToken: TOKEN });
      expect(await post(transport, url)).toMatchObject({ statusCode: 200, error: null });
      const [request] = own.requests.slice(before);
      expect(request?.path).toBe(PATH);
      expect(request?.headers['host']).toBe(new URL(publicUrl).host);
      expect(proxy.requests).toEqual([]);
    },
  );

  it('is waited for while this process does not listen yet, and no longer than an attempt may take', async () => {
    const inboxes = new OwnInboxes(() => 'https://hooks.example.com');
    const transport = loopbackTransport({ allowNetworks: [], ownInboxes: inboxes });
    open.push(transport);
    const url = `https://hooks.example.com${PATH}`;
    const early = post(transport, url);
    inboxes.listens({ address: '0.0.0.0', port: own.port });
    expect(await early).toMatchObject({ statusCode: 200 });
    const never = loopbackTransport({
      ownInboxes: new OwnInboxes(() => 'https://hooks.example.com'),
    });
    open.push(never);
    expect(await post(never, url)).toMatchObject({ statusCode: null, error: 'timeout' });
  });

  it('is none where the operator switched inboxes off', async () => {
    const transport = loopbackTransport({ allowHttp: false, allowNetworks: [] });
    open.push(transport);
    const result = await post(transport, `https://hooks.example.com${PATH}`);
    expect(result.error).toBe('address_refused');
    const off = { ...policyOf('https://hooks.example.com'), ownInboxes: null };
    expect(checkUrl(`https://hooks.example.com${PATH}`, off)).toMatchObject({ ok: false });
  });
});

/** Texts that a careless comparison takes for an inbox, or a careless parser makes into one. */
const SPELLINGS: readonly ((base: URL) => string)[] = [
  (base) => `${base.protocol}//user@${base.host}${PATH}`,
  (base) => `${base.protocol}//user:pass@${base.host}${PATH}`,
  (base) => `${base.protocol}//${base.host}@evil.example${PATH}`,
  (base) => `${base.protocol}//${base.host}:1${PATH}`.replace(/:\d+:1/, ':1'),
  (base) => `${base.protocol}//${base.host}.evil.example${PATH}`,
  (base) => `${base.protocol}//evil.example/${base.host}${PATH}`,
  (base) => `${base.protocol}//evil.example#${base.host}${PATH}`,
  (base) => `${base.protocol}//evil.example\\@${base.host}${PATH}`,
  (base) => `${base.origin}${PATH}/`,
  (base) => `${base.origin}${PATH}/../../v1/webhooks`,
  (base) => `${base.origin}${PATH}/..%2f..%2fv1/webhooks`,
  (base) => `${base.origin}${PATH}/%2e%2e/%2e%2e/metrics`,
  (base) => `${base.origin}${PATH}\\..\\..\\metrics`,
  (base) => `${base.origin}${PATH}?x=/metrics`,
  (base) => `${base.origin}${PATH}?`,
  (base) => `${base.origin}${PATH};x`,
  (base) => `${base.origin}${PATH}%00`,
  (base) => `${base.origin}/inbox//${TOKEN}`,
  (base) => `${base.origin}//inbox/${TOKEN}`,
  (base) => `${base.origin}/INBOX/${TOKEN}`,
  (base) => `${base.origin}/inbox%2f${TOKEN}`,
  (base) => `${base.origin}/%69nbox/${TOKEN}`,
  (base) => `${base.origin}/inbox/${TOKEN.slice(1)}`,
  (base) => `${base.origin}/inbox/${TOKEN}a`,
  (base) => `${base.origin}/inbox/${TOKEN.slice(1)}%61`,
  (base) => `${base.origin}/inbox/${TOKEN.slice(1)}é`,
  (base) => `${base.origin}/inbox/`,
  (base) => `${base.origin}/v1/inboxes`,
  (base) => `${base.origin}/metrics`,
  (base) => `${base.origin}/`,
  (base) => `ftp://${base.host}${PATH}`,
  (base) => `//${base.host}${PATH}`,
  () => PATH,
  (base) => `${base.protocol === 'http:' ? 'https:' : 'http:'}//${base.host}${PATH}`,
];

/** Spellings that a URL parser turns into the very URL. At send they are texts that nobody stored. */
const SAME: readonly ((base: URL) => string)[] = [
  (base) => ` ${base.origin}${PATH} `,
  (base) => `${base.origin}${PATH}#`,
  (base) => `${base.protocol.toUpperCase()}//${base.host.toUpperCase()}${PATH}`,
  (base) => `${base.origin}/a/../inbox/${TOKEN}`,
  (base) => `${base.origin}/%2e/inbox/${TOKEN}`,
  (base) => `${base.origin}\\inbox\\${TOKEN}`,
  (base) => `${base.origin}/in\tbox/${TOKEN}`,
  (base) => `${base.protocol}//${base.host.replaceAll('.', '。')}${PATH}`,
];

const base = fc.constantFrom(...PUBLIC_URLS).map((text) => new URL(text));

describe('the exemption of inboxes', () => {
  it('lets no spelling of another URL through, at save and at send', async () => {
    const transports = new Map(PUBLIC_URLS.map((url) => [url, strict(url).transport]));
    const before = own.requests.length;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PUBLIC_URLS),
        fc.constantFrom(
          ...SPELLINGS,
          ...SAME.map((make) => (at: URL) => make(at).replace(TOKEN, `${TOKEN}x`)),
        ),
        async (publicUrl, spell) => {
          const text = spell(new URL(publicUrl));
          const check = checkUrl(text, policyOf(publicUrl));
          expect(check.ok && check.inboxToken, text).toBeFalsy();
          await post(transports.get(publicUrl)!, text);
        },
      ),
      { numRuns: 400 },
    );
    expect(own.requests.slice(before)).toEqual([]);
  });

  it('stores what a parser makes of a spelling, and at send takes nothing but what is stored', async () => {
    await fc.assert(
      fc.asyncProperty(base, fc.constantFrom(...SAME), async (at, spell) => {
        const text = spell(at);
        const url = `${at.origin}${PATH}`;
        const check = checkUrl(text, policyOf(at.origin));
        expect(check, text).toEqual({ ok: true, url, inboxToken: TOKEN });
        if (text !== url) expect(new OwnInboxes(() => at.origin).tokenOf(text), text).toBeNull();
        expect(new OwnInboxes(() => at.origin).tokenOf(url)).toBe(TOKEN);
      }),
    );
  });

  it('takes exactly the URLs that the parser reads as its own origin and path, of any text at all', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      'hooks.example.com',
      'HOOKS.example.com',
      '@',
      ':443',
      ':80',
      ':8443',
      '/',
      '\\',
      '/inbox/',
      'inbox',
      TOKEN,
      '..',
      '.',
      '%2e',
      '%2f',
      '?',
      '#',
      ' ',
      '\t',
      '\n',
      '。',
      'user:pass',
      'a',
      '\u00ad',
      ';',
      '&',
      '=',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), fc.boolean(), (pieces, isPlain) => {
        const start = isPlain ? 'https://hooks.example.com' : '';
        const text = `${start}${pieces.join('')}`;
        const check = checkUrl(text, policyOf('https://hooks.example.com'));
        const url = URL.parse(text);
        const isInbox =
          url !== null &&
          url.origin === 'https://hooks.example.com' &&
          url.pathname === PATH &&
          !url.href.includes('?') &&
          `${url.username}${url.password}` === '';
        expect(check.ok && check.inboxToken !== undefined, text).toBe(isInbox);
        if (check.ok && check.inboxToken !== undefined) {
          expect(check.url).toBe(`https://hooks.example.com${PATH}`);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not go along with a redirect, nor lend its connections to anything else', async () => {
    const { transport } = strict('https://hooks.example.com');
    const redirecting = await startReceiver((_request, response) => {
      response.writeHead(302, { location: `https://hooks.example.com${PATH}` }).end();
    });
    const before = own.requests.length;
    const outside = loopbackTransport({
      ownInboxes: ((): OwnInboxes => {
        const inboxes = new OwnInboxes(() => 'https://hooks.example.com');
        inboxes.listens({ address: '127.0.0.1', port: own.port });
        return inboxes;
      })(),
    });
    open.push(outside);
    expect((await post(outside, `${redirecting.origin}/`)).error).toBe('status_3xx');
    expect(own.requests).toHaveLength(before);
    expect((await post(transport, `https://hooks.example.com${PATH}`)).statusCode).toBe(200);
    for (const url of ['http://inbox.invalid/metrics', `http://127.0.0.1:${own.port}/metrics`]) {
      expect((await post(transport, url)).error).toBe('address_refused');
    }
    expect(own.requests).toHaveLength(before + 1);
    await redirecting.close();
  });
});
