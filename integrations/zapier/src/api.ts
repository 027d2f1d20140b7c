import type { Bundle, ZObject } from 'zapier-platform-core';

/** One request of ours to the HTTP API. */
interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** From `/v1` on. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** How the API tells what is wrong (RFC 9457). */
interface Problem {
  readonly detail?: unknown;
}

/**
 * Asks the API of the account that is connected, by its key.
 *
 * @returns the parsed answer; null when `missing` allows for a 404
 * @throws one of Zapier's errors, with the API's own sentence where it has one
 */
export async function ask<Answer>(
  z: ZObject,
  { authData }: Pick<Bundle, 'authData'>,
  request: ApiRequest,
  { missing = 'is an error' }: { missing?: 'is an error' | 'is null' } = {},
): Promise<Answer | null> {
  const base = baseUrl(z, authData['baseUrl']);
  const response = await z.request({
    url: `${base}${request.path}`,
    method: request.method ?? 'GET',
    ...(request.params === undefined ? {} : { params: request.params }),
    ...(request.body === undefined ? {} : { body: request.body }),
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${authData['apiKey'] ?? ''}`,
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    // A key is for the address that was entered, and for no other.
    redirect: 'manual',
    skipThrowForStatus: true,
  });
  const { status } = response;
  if (status === 404 && missing === 'is null') return null;
  const detail = sentenceOf(response.data as Problem | undefined);
  if (status === 401) {
    throw new z.errors.Error(
      `${base} does not know this API key: it was deleted, or mistyped. Connect the account again.`,
      'AuthenticationError',
      401,
    );
  }
  if (status === 429) {
    const seconds = Number(response.getHeader('retry-after') ?? '');
    throw new z.errors.ThrottledError(
      detail,
      Number.isInteger(seconds) && seconds > 0 ? seconds : 60,
    );
  }
  if (status >= 300) throw new z.errors.Error(`${detail} (${base}, ${status})`, 'ApiError', status);
  return response.data as Answer;
}

/**
 * Where the API is. People copy the address of a page, which is below `/settings`.
 *
 * @throws one of Zapier's errors when it is none that a key may be sent to
 */
function baseUrl(z: ZObject, text = ''): string {
  const url = URL.parse(text.trim());
  if (url === null || url.username !== '') {
    throw new z.errors.Error(
      'Enter the address of your Sydx AI as your browser shows it, such as https://crm.example.com.',
      'InvalidBaseUrl',
      422,
    );
  }
  const isHere = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !(isHere && url.protocol === 'http:')) {
    throw new z.errors.Error(
      'The address must start with https://: the API key is sent to it.',
      'InvalidBaseUrl',
      422,
    );
  }
  const path = url.pathname.replace(/\/settings(\/.*)?$/, '');
  return `${url.origin}${path}`.replace(/\/+$/, '');
}

function sentenceOf(problem: Problem | undefined): string {
  return typeof problem?.detail === 'string' && problem.detail !== ''
    ? problem.detail
    : 'This address does not answer as Sydx AI does.';
}
