import type { IncomingHttpHeaders } from 'node:http';
import type { SourceSecrets } from '../signing/source-secrets.ts';
import type { ReceivingSource } from '../store/sources.ts';

/** A source whose secrets are open for the length of one request. */
export interface OpenSource extends Omit<ReceivingSource, 'id' | 'secrets'> {
  /** The readable id, for logs. */
  readonly id: string;
  readonly secrets: SourceSecrets;
}

export interface HookRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came; empty for GET. */
  readonly body: Buffer;
}

export interface HookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a kind of source does with the requests to its URL. A refusal is thrown as ProblemError. */
export interface HookKind {
  get(source: OpenSource, request: HookRequest): HookAnswer;
  /** Answers once what the request says is on disk. */
  post(source: OpenSource, request: HookRequest): Promise<HookAnswer>;
}

/** A setting that is a secret. @throws Error when the stored source lacks it: a mistake of ours */
export function secretOf(source: OpenSource, name: string): string {
  const secret = source.secrets[name];
  if (secret === undefined) throw new Error(`The source ${source.id} has no ${name}.`);
  return secret;
}
