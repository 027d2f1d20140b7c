const WINDOW_MS = 60_000;
const TESTS_PER_WINDOW = 10;

/**
 * How often Test may be pressed: ten times a minute for each webhook, on each node, so that the
 * button cannot be used to flood a stranger's server.
 */
export class TestTurns {
  readonly #monotonicMs: () => number;
  readonly #pressed = new Map<string, number[]>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** @returns 0 when the test may be sent now, else the seconds to wait */
  take(webhookId: string): number {
    const now = this.#monotonicMs();
    const recent = (this.#pressed.get(webhookId) ?? []).filter((at) => at > now - WINDOW_MS);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= TESTS_PER_WINDOW) {
      return Math.ceil((oldest + WINDOW_MS - now) / 1000);
    }
    recent.push(now);
    // Moves to the end, so that whoever was pressed longest ago stands first.
    this.#pressed.delete(webhookId);
    this.#pressed.set(webhookId, recent);
    this.#dropOld(now);
    return 0;
  }

  #dropOld(now: number): void {
    for (const [webhookId, pressed] of this.#pressed) {
      if ((pressed.at(-1) ?? 0) > now - WINDOW_MS) return;
      this.#pressed.delete(webhookId);
    }
  }
}
