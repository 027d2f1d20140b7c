import type { NewEvent } from '../store/publish-events.ts';
import { BOUNDS } from './bounds.ts';
import { Overloaded } from './errors.ts';
import { Turns } from './turns.ts';

/** The events of one request and who waits for their ids. */
export interface Request {
  readonly events: readonly NewEvent[];
  readonly resolve: (eventIds: string[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests waiting for a statement. Tenants take turns: a flood of one delays the others by one group. */
export class Intake {
  readonly #turns = new Turns<Request>();
  #size = 0;
  #bytes = 0;
  #leftOver: Request | undefined;

  get size(): number {
    return this.#size;
  }

  /** @throws Overloaded when too much is waiting already */
  add(request: Request): void {
    if (this.#bytes >= BOUNDS.intakeBytes) throw new Overloaded();
    this.#size += 1;
    this.#bytes += bytesOf(request);
    this.#turns.add(request.events[0]?.tenantNo ?? 0, request);
  }

  /** Takes whole requests, at least one, while they fit. */
  take(maxEvents: number, maxBytes: number): Request[] {
    const taken: Request[] = [];
    let events = 0;
    let bytes = 0;
    for (;;) {
      const request = this.#leftOver ?? this.#turns.next();
      this.#leftOver = undefined;
      if (request === undefined) break;
      const size = bytesOf(request);
      if (
        taken.length > 0 &&
        (events + request.events.length > maxEvents || bytes + size > maxBytes)
      ) {
        this.#leftOver = request;
        break;
      }
      taken.push(request);
      events += request.events.length;
      bytes += size;
    }
    this.#size -= taken.length;
    this.#bytes -= bytes;
    return taken;
  }
}

function bytesOf(request: Request): number {
  let bytes = 0;
  for (const event of request.events) bytes += event.body.length;
  return bytes;
}
