import type { Mood } from '../receivers/receivers-process.ts';

/** What happens to a node. */
export type NodeFault =
  | 'node killed'
  | 'node terminated'
  | 'node frozen'
  | 'node cut from PostgreSQL, reset'
  | 'node cut from PostgreSQL, silent'
  | 'node cut from receivers, reset'
  | 'node cut from receivers, silent';

export type PostgresFault = 'PostgreSQL stopped fast' | 'PostgreSQL stopped immediate';

/** What an admin does meanwhile: nothing breaks, and everything goes on under changed settings. */
export type AdminAct = 'secret rotated' | 'webhook disabled and enabled' | 'failed replayed';

/** One thing that is going to happen. */
export type Planned = {
  /** After the start of the run. */
  readonly atMs: number;
  readonly lengthMs: number;
} & (
  | { readonly on: 'node'; readonly kind: NodeFault; readonly target: string }
  | { readonly on: 'postgres'; readonly kind: PostgresFault; readonly target: 'postgres' }
  | { readonly on: 'receiver'; readonly mood: Mood; readonly kind: string; readonly target: string }
  | { readonly on: 'admin'; readonly kind: AdminAct; readonly target: string }
);

/** Beyond the lease of 10 s, so that others take over. */
export const PAST_LEASE_MS = { from: 11_000, to: 14_000 };
