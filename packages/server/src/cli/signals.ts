/**
 * npm hands a Ctrl+C on to us which the terminal sent us already: two of the same press must not
 * count as two.
 */
const SAME_PRESS_MS = 1_000;
/** Engine 6 s, open requests 1 s, PostgreSQL's shutdown: past this something hangs. */
const STOP_PATIENCE_MS = 20_000;

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface StopParts {
  stop: () => Promise<void>;
  say: (sentence: string) => void;
  /** Ctrl+C reaches every process of a terminal, and here another one passes it on as SIGTERM. */
  isWorker?: boolean;
}

/**
 * Stops in order at SIGTERM, SIGINT (Ctrl+C) and SIGHUP (the terminal was closed) and exits with 0; a
 * second one exits at once with 1: nothing is lost, leases run out and others take over.
 */
export function stopOnSignals({ stop, say, isWorker = false }: StopParts): void {
  let firstAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      say(`${signal}: stopping. Once more ends it at once.`);
      setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          say(`Stopping failed: ${String(error)}`);
          process.exit(1);
        },
      );
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      process.exit(1);
    }
  };
  for (const signal of SIGNALS) {
    process.on(signal, isWorker && signal !== 'SIGTERM' ? () => undefined : onSignal);
  }
}
