import type { Scope } from '@sydx/contract';
import type { Answer, TestApi } from './api.ts';

/** Calls the API in one line: `call(key, 'GET /v1/events')`. Text goes out as it is. */
export type Caller = (
  key: string,
  request: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Pick<Answer, 'status' | 'body'>>;

export function callerOf(api: TestApi): Caller {
  return async (key, request, body, headers) => {
    const [method = '', path = ''] = request.split(' ');
    const answer = await api.call(method, path, {
      key,
      ...(typeof body === 'string' ? { raw: body } : { body }),
      ...(headers && { headers }),
    });
    return { status: answer.status, body: answer.body };
  };
}

/** Makes a key. @param tenantNo null for an operator's */
export function keyOf(api: TestApi, tenantNo: number | null, ...scopes: Scope[]): Promise<string> {
  return api.makeKey(tenantNo, scopes);
}
