/**
 * The private PostgreSQL cannot run here. The message is for the person at the terminal: what is in
 * the way, and what to do next.
 */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

/** What a failed call said, as part of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a call of the file system failed with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
