/**
 * Milliseconds of the machine's monotonic clock, which all processes on it share. `performance.now()`
 * counts from the start of each process and cannot be compared between two.
 */
export function momentMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
