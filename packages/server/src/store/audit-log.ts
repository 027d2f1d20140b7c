import { isDeepStrictEqual } from 'node:util';
import type { ActorKind, AuditAction, AuditObjectKind } from '@sydx/contract';
import { formatId } from '../base/ids.ts';
import { maskUrl } from '../base/mask-url.ts';
import type { Transaction } from './transaction.ts';

/** Who does something. The name is looked up when it is written down. */
export interface Actor {
  readonly kind: ActorKind;
  /**
   * Decimal: a person, an API key, the link that a portal was opened by, or the delivery that a receiver
   * answered. Null: there is none.
   */
  readonly id: string | null;
  /** The network address it came from. */
  readonly address: string | null;
}

/** The product itself, such as a start that makes what the settings ask for. */
export const SYSTEM: Actor = { kind: 'system', id: null, address: null };
/** Whoever has the settings and runs a command beside the server. */
export const COMMAND_LINE: Actor = { kind: 'command_line', id: null, address: null };

export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What was done, for the audit log. */
export interface Deed {
  /** Null: it is about no tenant. */
  readonly tenantNo: number | null;
  readonly action: AuditAction;
  readonly object: {
    readonly kind: AuditObjectKind;
    /** Readable. */
    readonly id: string | null;
    readonly name: string | null;
  };
  readonly changes?: readonly Change[];
}

const ACTOR_PREFIXES = {
  person: 'per',
  api_key: 'key',
  operator: 'key',
  portal_link: 'lnk',
  command_line: null,
  system: null,
  receiver: 'dlv',
} as const;

/** Longer than this a value is told by its size: routes of an operator's source may be thousands. */
const LONGEST_VALUE = 1_000;

/**
 * Writes down who did what, in the transaction that does it: neither exists without the other. Two
 * probes at most, of the actor's own table.
 */
export async function writeAudit(client: Transaction, by: Actor, deed: Deed): Promise<void> {
  const prefix = ACTOR_PREFIXES[by.kind];
  await client.query(
    `insert into sydx.audit_log
       (tenant_no, action, actor_kind, actor_id, actor_name, address, object_kind, object_id,
        object_name, changes)
     select $1::int, $2, $3::text, $4, case
         when $3 = 'person' then (select email from sydx.people where id = $5::bigint)
         when $3 in ('api_key', 'operator') then (select name from sydx.api_keys where id = $5::bigint)
       end, $6, $7, $8, $9, $10::jsonb`,
    [
      deed.tenantNo,
      deed.action,
      by.kind,
      prefix === null || by.id === null ? null : formatId(prefix, by.id),
      by.id,
      by.address,
      deed.object.kind,
      deed.object.id,
      deed.object.name,
      JSON.stringify((deed.changes ?? []).map(fit), storable),
    ],
  );
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What differs, field by field. Hand in no secret: what is in here is written down.
 *
 * @param before null: it did not exist
 * @param after null: it does not exist any more
 */
export function changesBetween(before: Fields | null, after: Fields | null): Change[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
}

/** That secrets changed, and not what they are. */
export function secretChanges(names: readonly string[]): Change[] {
  return names.map((field) => ({ field, before: '(hidden)', after: '(hidden)' }));
}

/**
 * jsonb refuses NUL, and a lone surrogate is no character: both are told as the replacement character.
 * Keys as well as values, wherever they are.
 */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [storableText(key), one]));
}

function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** A webhook's URL is a credential, and nobody needs a value of megabytes here. */
function fit({ field, before, after }: Change): Change {
  const one = (value: unknown): unknown => {
    if (field === 'url' && typeof value === 'string') return maskUrl(value);
    const text = JSON.stringify(value) ?? 'null';
    if (text.length <= LONGEST_VALUE) return value;
    const size = Array.isArray(value) ? value.length : Object.keys(value as object).length;
    return typeof value === 'string' ? `${value.slice(0, LONGEST_VALUE)}…` : `(${size} entries)`;
  };
  return { field, before: one(before), after: one(after) };
}
