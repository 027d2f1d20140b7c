/** The command line was wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood and failed: exit code 1. The message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The server cannot be reached, is too busy, or failed: the same call may succeed later. */
export class ServerAwayError extends CommandError {}

/** What the command is about is not there, or not any more. */
export class NotFoundError extends CommandError {}
