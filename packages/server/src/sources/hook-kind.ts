import type { ProblemDocument } from '@sydx/contract';
import type { IncomingHttpHeaders } from 'node:http';
import type { SourceSecrets } from '../signing/source-secrets.ts';
import type { ReceivingSource } from '../store/sources.ts';

/** A source whose secrets are open for the length of one request. */
export interface OpenSource extends Omit<ReceivingSource, 'id' | 'secrets' | 'isNoteDue'> {
  /** The readable id, for logs. */
  readonly id: string;
  readonly secrets: SourceSecrets;
}

/** A request before its body. */
export interface HookHead {
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  /** As it came: nothing else looks at it. */
  readonly contentType: string | undefined;
  /** Where it came from: the proxy's word where that is trusted. */
  readonly address: string;
}

export interface HookRequest extends HookHead {
  /** The bytes as they came; empty for GET. */
  readonly body: Buffer;
}

export interface HookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered, and dropped: the source is not said to have received something. */
  readonly isDropped?: boolean;
}

/** What a kind of source does with the requests to its URL. A refusal is thrown as ProblemError. */
export interface HookKind {
  readonly bodyLimitBytes: number;
  get(source: OpenSource, request: HookRequest): HookAnswer;
  /** Answers once what the request says is on disk. */
  post(source: OpenSource, request: HookRequest): Promise<HookAnswer>;
  /** What a browser asks before it posts from another origin; absent, no browser may. */
  preflight?(source: OpenSource, head: HookHead): HookAnswer;
  /** Headers of every answer, refusals included. */
  headers?(source: OpenSource, head: HookHead): Readonly<Record<string, string>>;
  /** Judges a POST before its body is read. */
  admit?(source: OpenSource, head: HookHead): Promise<void>;
  /** Says a refusal in another form than as problem document; null where that one is right. */
  presentRefusal?(head: HookHead, refusal: ProblemDocument): HookAnswer | null;
}

/** A setting that is a secret. @throws Error when the stored source lacks it: a mistake of ours */
export function secretOf(source: OpenSource, name: string): string {
  const secret = source.secrets[name];
  if (secret === undefined) throw new Error(`The source ${source.id} has no ${name}.`);
  return secret;
}
