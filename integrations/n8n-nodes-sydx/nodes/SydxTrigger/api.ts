import type {
  IDataObject,
  IHookFunctions,
  IHttpRequestMethods,
  ILoadOptionsFunctions,
  IN8nHttpFullResponse,
  IWebhookFunctions,
  JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

export type ApiContext = IHookFunctions | ILoadOptionsFunctions | IWebhookFunctions;

export interface ApiCall {
  readonly body?: IDataObject;
  readonly qs?: IDataObject;
  /** 10,000 unless told. */
  readonly timeoutMs?: number;
  /** A status besides 2xx that the caller knows what to do with. */
  readonly expect?: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: IDataObject;
}

/**
 * One request to the API, with the credentials' address and key. Redirects are not followed: they would
 * make a GET of what changes something.
 *
 * @throws NodeApiError in the words of the answer's problem document, or of what kept it from coming
 */
export async function callApi(
  context: ApiContext,
  method: IHttpRequestMethods,
  path: string,
  { body, qs, timeoutMs = 10_000, expect }: ApiCall = {},
): Promise<ApiAnswer> {
  const { baseUrl } = await context.getCredentials<{ baseUrl: string }>('sydxApi');
  const response = (await context.helpers.httpRequestWithAuthentication.call(context, 'sydxApi', {
    method,
    url: `${baseUrl.trim().replace(/\/+$/, '')}${path}`,
    ...(body === undefined ? {} : { body }),
    ...(qs === undefined ? {} : { qs }),
    json: true,
    timeout: timeoutMs,
    disableFollowRedirect: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  })) as IN8nHttpFullResponse;
  const answer = { status: response.statusCode, body: objectOf(response.body) };
  if ((answer.status >= 200 && answer.status < 300) || answer.status === expect) return answer;
  throw problemOf(context, answer);
}

/**
 * Every page of a list.
 *
 * @throws NodeApiError
 */
export async function listAll(context: ApiContext, path: string): Promise<IDataObject[]> {
  const all: IDataObject[] = [];
  let cursor: string | null = null;
  do {
    const qs: IDataObject = { limit: 100, ...(cursor === null ? {} : { cursor }) };
    const { body } = await callApi(context, 'GET', path, { qs });
    all.push(...(body['data'] as IDataObject[]));
    cursor = body['nextCursor'] as string | null;
  } while (cursor !== null);
  return all;
}

/**
 * A text of an answer.
 *
 * @throws Error when it is not there: then something else than Sydx AI answered
 */
export function textOf({ body }: ApiAnswer, name: string): string {
  const text = body[name];
  if (typeof text !== 'string' || text === '') {
    throw new Error(`The base URL answered, but not as Sydx AI does: there is no ${name}.`);
  }
  return text;
}

/** What is no object, such as the page of another program, says nothing. */
function objectOf(body: unknown): IDataObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as IDataObject)
    : {};
}

function problemOf(context: ApiContext, { status, body }: ApiAnswer): NodeApiError {
  const fields = (Array.isArray(body['errors']) ? body['errors'] : []) as Record<string, string>[];
  const sentences = fields.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return new NodeApiError(context.getNode(), body as JsonObject, {
    message:
      typeof body['title'] === 'string'
        ? `Sydx AI: ${body['title']}`
        : `The base URL answered ${status}, and not as Sydx AI does. Check it in the credential.`,
    description: [body['detail'], ...sentences]
      .filter((part) => typeof part === 'string')
      .join(' '),
    httpCode: String(status),
  });
}
