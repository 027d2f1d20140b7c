/** A value older than this is never given. Revoking a key holds on every node within this time. */
const MAX_AGE_MS = 1_000;
/** From this age on a value is looked up again in the background, so that nobody waits for it. */
const REFRESH_AGE_MS = 500;
const MAX_ENTRIES = 10_000;

interface Entry<Value> {
  readonly value: Value;
  /** When its lookup began: what it says was true then or later. */
  readonly askedAt: number;
}

/**
 * Remembers what was found for at most a second, and never what was not found: a new key works at
 * once. Lookups of one name that overlap are one lookup.
 */
export class FreshCache<Value> {
  readonly #look: (name: string) => Promise<Value | null>;
  readonly #monotonicMs: () => number;
  readonly #entries = new Map<string, Entry<Value>>();
  #underWay = new Map<string, Promise<Value | null>>();

  constructor(look: (name: string) => Promise<Value | null>, monotonicMs: () => number) {
    this.#look = look;
    this.#monotonicMs = monotonicMs;
  }

  /** @throws what the lookup throws, once nothing fresh is left */
  get(name: string): Value | null | Promise<Value | null> {
    const entry = this.#entries.get(name);
    const ageMs = entry === undefined ? Infinity : this.#monotonicMs() - entry.askedAt;
    if (entry === undefined || ageMs >= MAX_AGE_MS) return this.#ask(name);
    if (ageMs >= REFRESH_AGE_MS) {
      // Whoever comes when nothing fresh is left asks again and hears of the failure.
      this.#ask(name).catch(() => undefined);
    }
    return entry.value;
  }

  /** Forgets everything, and what is being looked up right now as well. */
  clear(): void {
    this.#entries.clear();
    this.#underWay = new Map();
  }

  #ask(name: string): Promise<Value | null> {
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const underWay = this.#underWay;
    const askedAt = this.#monotonicMs();
    const answer = this.#look(name).then(
      (value) => {
        // After a clear() this answer may be older than what made somebody clear.
        if (underWay === this.#underWay) this.#keep(name, value, askedAt);
        underWay.delete(name);
        return value;
      },
      (error: unknown) => {
        underWay.delete(name);
        throw error;
      },
    );
    underWay.set(name, answer);
    return answer;
  }

  #keep(name: string, value: Value | null, askedAt: number): void {
    if (value === null) {
      this.#entries.delete(name);
      return;
    }
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(name, { value, askedAt });
  }
}
