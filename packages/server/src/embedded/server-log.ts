import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  truncateSync,
} from 'node:fs';

const MAX_BYTES = 10 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;
const TAIL_BYTES = 2000;

/** PostgreSQL's own messages: a file that stays small, and outlives whoever reads it. */
export type ServerLog = {
  /** Appends; handed to PostgreSQL as its stdout and stderr. */
  readonly fd: number;
  /** Where the log ends now. */
  size(): number;
  /** The last lines written since it was `sinceBytes` long. */
  tail(sinceBytes: number): string;
  close(): void;
};

/** Opens the log; past 10 MiB its content moves to `path.1` and it begins anew. */
export function openServerLog(path: string): ServerLog {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  const rotate = () => {
    if (fstatSync(fd).size <= MAX_BYTES) return;
    // PostgreSQL appends, so cutting the file under it loses nothing but lines of this instant.
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  };
  rotate();
  const timer = setInterval(rotate, CHECK_EVERY_MS).unref();
  return {
    fd,
    size: () => fstatSync(fd).size,
    tail: (sinceBytes) => {
      const end = fstatSync(fd).size;
      const start = Math.max(Math.min(sinceBytes, end), end - TAIL_BYTES);
      const bytes = Buffer.alloc(end - start);
      readSync(fd, bytes, 0, bytes.length, start);
      return bytes.toString('utf8').trim();
    },
    close: () => {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}
