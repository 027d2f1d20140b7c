import type { ServerResponse } from 'node:http';
import { type Receiver, startReceiver } from './receivers.ts';

/** What the stand-in does with a request for a lead. */
export type GraphReply =
  | { readonly kind: 'lead'; readonly lead: object }
  | { readonly kind: 'error'; readonly status: number; readonly error: object }
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Answers when `answerLate` is called. */
  | { readonly kind: 'late'; readonly lead: object }
  /** Takes the request and says nothing. */
  | { readonly kind: 'silence' };

export interface LeadRequest {
  readonly leadgenId: string;
  readonly version: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
}

/** A stand-in for Meta's Graph API: real sockets, the shapes of Meta's reference. */
export interface GraphApi {
  /** For META_GRAPH_URL. */
  readonly url: string;
  readonly port: number;
  readonly asked: LeadRequest[];
  /** How it answers from now on. */
  answer: (request: LeadRequest) => GraphReply;
  /** Requests that got no answer so far. */
  readonly silent: () => number;
  /** Gives the answers that are late. */
  answerLate(): void;
  close(): Promise<void>;
}

export async function startGraphApi(options: { port?: number } = {}): Promise<GraphApi> {
  const asked: LeadRequest[] = [];
  /** The answer that each is to get, if any. */
  const waiting = new Map<ServerResponse, object | null>();
  const receiver: Receiver = await startReceiver(({ path, headers }, response) => {
    const url = new URL(path, 'http://graph.test');
    const [, version = '', leadgenId = ''] = url.pathname.split('/');
    const token = headers.authorization?.replace(/^Bearer /, '');
    const request = { leadgenId, version, query: url.searchParams, token };
    asked.push(request);
    const reply = api.answer(request);
    if (reply.kind === 'silence' || reply.kind === 'late') {
      waiting.set(response, reply.kind === 'late' ? reply.lead : null);
      response.once('close', () => waiting.delete(response));
      return;
    }
    const status = reply.kind === 'lead' ? 200 : reply.status;
    const body =
      reply.kind === 'raw'
        ? reply.body
        : JSON.stringify(reply.kind === 'lead' ? reply.lead : { error: reply.error });
    const more = reply.kind === 'raw' ? reply.headers : undefined;
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body);
  }, options);
  const api: GraphApi = {
    url: receiver.origin,
    port: receiver.port,
    asked,
    answer: ({ leadgenId }) => ({ kind: 'lead', lead: leadOf(leadgenId) }),
    silent: () => waiting.size,
    answerLate: () => {
      for (const [response, lead] of waiting) {
        if (lead !== null) response.writeHead(200).end(JSON.stringify(lead));
      }
    },
    close: () => receiver.close(),
  };
  return api;
}

/** A lead in the shape of Meta's own sample. */
export function leadOf(id: string, more: object = {}): object {
  return {
    created_time: '2018-02-28T08:49:14+0000',
    id,
    form_id: '172036835026334',
    field_data: [
      { name: 'full_name', values: [`Joe ${id}`] },
      { name: 'email', values: ['joe@example.com'] },
      { name: 'phone_number', values: ['+15550100123'] },
    ],
    ...more,
  };
}

/** Meta's errors, as its reference and its answers have them. */
export const GRAPH_ERRORS = {
  token: {
    message:
      'Error validating access token: Session has expired on Friday, 01-Aug-25 05:00:00 PDT.',
    type: 'OAuthException',
    code: 190,
    error_subcode: 463,
    fbtrace_id: 'AbCdEf',
  },
  missing: (id: string) => ({
    message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    type: 'GraphMethodException',
    code: 100,
    error_subcode: 33,
    fbtrace_id: 'AbCdEf',
  }),
  permission: {
    message: '(#200) Requires leads_retrieval permission to manage the object',
    type: 'OAuthException',
    code: 200,
    fbtrace_id: 'AbCdEf',
  },
  rate: {
    message: '(#4) Application request limit reached',
    type: 'OAuthException',
    is_transient: true,
    code: 4,
    fbtrace_id: 'AbCdEf',
  },
  transient: {
    message: 'An unexpected error has occurred. Please retry your request later.',
    type: 'OAuthException',
    is_transient: true,
    code: 2,
    fbtrace_id: 'AbCdEf',
  },
  proof: {
    message: 'API calls from the server require an appsecret_proof argument',
    type: 'GraphMethodException',
    code: 100,
    fbtrace_id: 'AbCdEf',
  },
} as const;
