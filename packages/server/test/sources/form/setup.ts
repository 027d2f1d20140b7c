import type { Answer } from '../../kit/api.ts';
import { postSource, type SourcesApi, startSources, type TestSource } from '../whatsapp/setup.ts';

export type { TestSource as TestForm } from '../whatsapp/setup.ts';

export const SITE = 'https://www.example.com';
/** What browsers send along with a form that they leave the page for. */
export const NAVIGATION = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
export const URLENCODED = 'application/x-www-form-urlencoded';

export const SETTINGS = {
  allowedOrigins: [SITE],
  fields: { name: 'full_name', phone: 'tel', email: 'mail', campaign: 'utm_campaign' },
};

/** A node with sources that believes the test's word about where a request comes from. */
export function startForms(): Promise<SourcesApi> {
  return startSources({ TRUST_PROXY: '127.0.0.0/8' });
}

let tenants = 0;

/** A tenant of its own with a form source, both made over the API. */
export async function makeForm(api: SourcesApi, settings: object = {}): Promise<TestSource> {
  tenants += 1;
  const { no, key } = await api.makeTenantWithKey(`form_${tenants}`);
  const body = { kind: 'form', name: 'Contact form', settings: { ...SETTINGS, ...settings } };
  return { ...(await postSource(api, key, body)), tenantNo: no, key };
}

export interface Posting {
  readonly raw: string | Buffer;
  readonly type: string | null;
  readonly origin?: string | null;
  readonly accept?: string;
  /** Where it comes from. */
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts as a browser on the site does, unless the test says else. */
export function post(
  api: SourcesApi,
  { path }: Pick<TestSource, 'path'>,
  { raw, type, origin = SITE, accept = '*/*', address = '198.51.100.7', headers = {} }: Posting,
): Promise<Answer> {
  return api.call('POST', path, {
    raw,
    headers: {
      ...(type === null ? {} : { 'content-type': type }),
      ...(origin === null ? {} : { origin }),
      accept,
      'x-forwarded-for': address,
      ...headers,
    },
  });
}

export function urlencoded(fields: Readonly<Record<string, string>>): Posting {
  return { raw: new URLSearchParams(fields).toString(), type: URLENCODED };
}

export function json(value: unknown): Posting {
  const raw = typeof value === 'string' ? value : JSON.stringify(value);
  return { raw, type: 'application/json' };
}

/** As browsers write it (RFC 7578). */
export function multipart(
  parts: readonly (readonly [head: string, content: string])[],
  boundary = '----WebKitFormBoundaryA1',
): Posting {
  const written = parts.map(
    ([head, content]) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`,
  );
  return {
    raw: `${written.join('')}--${boundary}--\r\n`,
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
