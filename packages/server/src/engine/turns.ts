/** A first-in first-out queue whose shift does not move what is behind. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Empties the queue. @returns what was in it */
  drain(): T[] {
    const rest = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return rest;
  }
}

/**
 * Fair turns in two rings: tenants take turns, and within a tenant its members (webhooks at delivery,
 * requests at publish). A tenant with 100,000 things waiting gets one turn, like everybody else.
 */
export class Turns<T> {
  readonly #ring = new Fifo<number>();
  readonly #members = new Map<number, Fifo<T>>();

  /** Puts a member at the end of its tenant's ring; the caller sees to it that it is there once. */
  add(tenantNo: number, member: T): void {
    const members = this.#members.get(tenantNo);
    if (members !== undefined) {
      members.push(member);
      return;
    }
    const first = new Fifo<T>();
    first.push(member);
    this.#members.set(tenantNo, first);
    this.#ring.push(tenantNo);
  }

  /** Takes out whose turn it is. */
  next(): T | undefined {
    const tenantNo = this.#ring.shift();
    if (tenantNo === undefined) return undefined;
    const members = this.#members.get(tenantNo);
    const member = members?.shift();
    if (members === undefined || members.size === 0) this.#members.delete(tenantNo);
    else this.#ring.push(tenantNo);
    return member;
  }

  clear(): void {
    this.#ring.drain();
    this.#members.clear();
  }
}
