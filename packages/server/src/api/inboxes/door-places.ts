import type { Clock } from '../../base/clock.ts';

/** Requests that are under way at once on this node, answers that take their time included. */
const OPEN_OF_NODE = 256;
const OPEN_OF_INBOX = 64;
/** So many at once, and then at this rate; what is more is told to come again. */
const BURST = 500;
const PER_SECOND = 100;
/** Inboxes whose rate is remembered; the longest unused go first. */
const MOST_INBOXES = 10_000;

interface Place {
  open: number;
  /** Requests that may come now. */
  room: number;
  at: number;
}

/** Bounds what inboxes cost this node: whoever knows a URL may send as much as they like. */
export class DoorPlaces {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #places = new Map<string, Place>();
  #open = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** @returns what to call at the end, once; null when there is no room */
  enter(inboxId: string): (() => void) | null {
    const now = this.#clock.monotonic();
    const place = this.#places.get(inboxId) ?? { open: 0, room: BURST, at: now };
    place.room = Math.min(BURST, place.room + ((now - place.at) / 1_000) * PER_SECOND);
    place.at = now;
    this.#places.delete(inboxId);
    this.#places.set(inboxId, place);
    if (this.#open >= OPEN_OF_NODE || place.open >= OPEN_OF_INBOX || place.room < 1) return null;
    place.room -= 1;
    place.open += 1;
    this.#open += 1;
    if (this.#places.size > MOST_INBOXES) this.#forgetOne();
    return () => {
      place.open -= 1;
      this.#open -= 1;
    };
  }

  #forgetOne(): void {
    for (const [id, { open }] of this.#places) {
      if (open > 0) continue;
      this.#places.delete(id);
      return;
    }
  }
}
