/** In Node.js; a browser has none. */
interface Working {
  readonly process?: { readonly threadCpuUsage?: () => { user: number; system: number } };
}

const { process } = globalThis as Working;

/**
 * Milliseconds that this thread has worked, as far as the platform says so, else that have passed: what a
 * busy machine does meanwhile is no fault of an event.
 */
export function ownWorkMs(): number {
  const usage = process?.threadCpuUsage?.();
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1_000;
}
