import type { SydxEventData } from '../events.ts';

/** What can be published: the events of the CRM. The others Sydx AI makes itself. */
export type PublishableEventType = Exclude<
  keyof SydxEventData,
  'test.ping' | 'webhook.failing' | 'webhook.recovered'
>;

/**
 * The data of one event type, as a producer hands it over: the fields that the catalogue names, and any
 * others of yours, which reach the receivers unchanged.
 */
export type EventInputData<Type extends PublishableEventType> = Input<SydxEventData[Type]>;

/** One event to publish. */
export interface EventInputOf<Type extends string, Data> {
  type: Type;
  data: Data;
  /** When it happened: a Date, or ISO 8601 with `Z` or an offset. Left out: when it is accepted. */
  timestamp?: Date | string | undefined;
  /**
   * Made from what happened (`lead-4711`), up to 255 characters. Left out: a random one, which makes
   * the retries of this call safe, but not a second call.
   */
  idempotencyKey?: string | undefined;
  /** Whose event it is; with an operator's key alone. */
  tenantId?: string | undefined;
}

/**
 * Any event to publish; `type` decides what `data` must hold.
 *
 * `Own` adds event types of your own: `EventInput<{ 'order.paid': { orderId: string } }>`.
 */
export type EventInput<Own extends object = object> =
  | {
      [Type in PublishableEventType]: EventInputOf<Type, EventInputData<Type>>;
    }[PublishableEventType]
  | { [Type in keyof Own & string]: EventInputOf<Type, Own[Type]> }[keyof Own & string];

interface More {
  [field: string]: unknown;
}

/** An object whose type says nothing of further fields, such as an interface of yours; never a list. */
type AnyObject = object & { readonly [Symbol.iterator]?: never };

type NamedKeys<T> = keyof { [Key in keyof T as string extends Key ? never : Key]: true };

type Named<T> = { [Key in keyof T as string extends Key ? never : Key]: Input<T[Key]> };

/**
 * What receivers read has an index signature, and TypeScript lets no interface without one be assigned
 * to that. So a producer may hand over either: a literal with further fields, or a value of an
 * interface of its own.
 */
type Input<T> = T extends readonly unknown[] | string | number | boolean | null | undefined
  ? T
  : string extends keyof T
    ? [NamedKeys<T>] extends [never]
      ? More | AnyObject
      : Named<T> | (Named<T> & More)
    : T;
