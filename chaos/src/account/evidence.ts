import { readFileSync } from 'node:fs';
import type { Happened } from '../faults/history.ts';
import type { Published } from '../load/ledger.ts';
import { readJournal, type Sighting } from '../receivers/journal.ts';
import type { Span } from '../world/webhook.ts';
import type { World } from '../world/world.ts';
import { readLog, type Stored } from './stored.ts';

/** A webhook as far as accounting needs it. */
export interface Subscriber {
  readonly name: string;
  /** `whk_…` */
  readonly id: string;
  readonly events: readonly string[];
  readonly secrets: readonly string[];
  readonly rotations: readonly Span[];
  readonly disabled: readonly Span[];
  readonly surelyDisabled: readonly Span[];
}

/** All that a run leaves behind: what three parties that do not know each other say happened. */
export interface Evidence {
  readonly published: readonly Published[];
  readonly sightings: readonly Sighting[];
  readonly stored: Stored;
  readonly subscribers: readonly Subscriber[];
  readonly happened: readonly Happened[];
  /** By the address that it calls from. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly retryScheduleSeconds: readonly number[];
  /** How often a node took over from a dead one, by the nodes' own logs. */
  readonly takeovers: number;
  /** How long nodes needed to end on SIGTERM. */
  readonly stopsMs: readonly number[];
  /** Found while it ran. */
  readonly surprises: readonly string[];
}

export async function gather(
  world: World,
  parts: Pick<Evidence, 'published' | 'happened' | 'stopsMs' | 'surprises'>,
): Promise<Evidence> {
  return {
    ...parts,
    sightings: readJournal(world.journalPath),
    stored: await readLog(world.postgres),
    subscribers: world.webhooks.map(
      ({ plan, id, secrets, rotations, disabled, surelyDisabled }) => ({
        name: plan.name,
        id,
        events: plan.events,
        secrets,
        rotations,
        disabled,
        surelyDisabled,
      }),
    ),
    nodes: new Map(world.nodes.map(({ name, options }) => [options.address, name])),
    retryScheduleSeconds: world.retryScheduleSeconds,
    takeovers: world.nodes.reduce((sum, { name }) => sum + takeoversIn(world.logPath(name)), 0),
  };
}

function takeoversIn(logPath: string): number {
  return readFileSync(logPath, 'utf8').split('A node stopped answering').length - 1;
}
