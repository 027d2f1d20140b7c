import type { Clock } from '../../base/clock.ts';
import type { ReceivingInbox } from '../../store/inbox-requests.ts';
import { Allowance } from './allowance.ts';

/** Requests that are under way at once on this node, answers that take their time included. */
const OPEN_OF_NODE = 256;
/** Answers may be set to take ten seconds: nobody holds all places with their own. */
const OPEN_OF_TENANT = 128;
const OPEN_OF_INBOX = 64;
/** Requests to an inbox: so many at once, and then at this rate; what is more is told to come again. */
const BURST = 500;
const PER_SECOND = 100;
const MiB = 1024 * 1024;
/**
 * Bytes: what an inbox forgets takes PostgreSQL's disk until a vacuum comes by, a minute later and at no
 * more than some 40 MiB a second.
 */
const TENANT_BURST_BYTES = 32 * MiB;
const TENANT_BYTES_PER_SECOND = MiB;
const NODE_BURST_BYTES = 256 * MiB;
const NODE_BYTES_PER_SECOND = 8 * MiB;
/** Inboxes, and tenants, that are remembered; the longest unused go first. */
const MOST_REMEMBERED = 10_000;

/** What is counted of an inbox (requests) or of a tenant (bytes). */
interface Place {
  open: number;
  readonly allowance: Allowance;
}

/** One request that was let in. */
export interface Visit {
  /** Tells what it brings. What comes after it pays when that was too much. */
  brings(bytes: number): void;
  /** To be called at the end, once. */
  leave(): void;
}

/** Bounds what inboxes cost this node: whoever knows a URL may send as much as they like. */
export class DoorPlaces {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #inboxes = new Map<string, Place>();
  readonly #tenants = new Map<number, Place>();
  readonly #nodeBytes: Allowance;
  #open = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#nodeBytes = new Allowance(NODE_BURST_BYTES, NODE_BYTES_PER_SECOND, clock.monotonic());
  }

  /** @returns null when there is no room */
  enter({ id, tenant_no: tenantNo }: Pick<ReceivingInbox, 'id' | 'tenant_no'>): Visit | null {
    const now = this.#clock.monotonic();
    const inbox = used(this.#inboxes, id, () => new Allowance(BURST, PER_SECOND, now));
    const tenant = used(
      this.#tenants,
      tenantNo,
      () => new Allowance(TENANT_BURST_BYTES, TENANT_BYTES_PER_SECOND, now),
    );
    const isFull =
      this.#open >= OPEN_OF_NODE || tenant.open >= OPEN_OF_TENANT || inbox.open >= OPEN_OF_INBOX;
    const isTooFast =
      inbox.allowance.room(now) < 1 ||
      tenant.allowance.room(now) <= 0 ||
      this.#nodeBytes.room(now) <= 0;
    if (isFull || isTooFast) return null;
    inbox.allowance.take(1);
    inbox.open += 1;
    tenant.open += 1;
    this.#open += 1;
    return {
      brings: (bytes) => {
        tenant.allowance.take(bytes);
        this.#nodeBytes.take(bytes);
      },
      leave: () => {
        inbox.open -= 1;
        tenant.open -= 1;
        this.#open -= 1;
      },
    };
  }
}

/** The place of a key, which is now the one that was used last. */
function used<Key>(places: Map<Key, Place>, key: Key, make: () => Allowance): Place {
  const place = places.get(key) ?? { open: 0, allowance: make() };
  places.delete(key);
  places.set(key, place);
  if (places.size > MOST_REMEMBERED) forgetOne(places, key);
  return place;
}

function forgetOne<Key>(places: Map<Key, Place>, but: Key): void {
  for (const [key, { open }] of places) {
    if (open > 0 || key === but) continue;
    places.delete(key);
    return;
  }
}
