/**
 * PostgreSQL's settings for a small machine, handed over at every start so that an upgrade reaches
 * existing clusters. What is not here is PostgreSQL's default.
 */
const CONFIGURATION: Readonly<Record<string, string>> = {
  // 202 means on disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // No network at all: only a Unix socket in a directory of one user.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '128MB',
  // Fewer, smoother checkpoints: after each one every page is written whole once more.
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  wal_compression: 'on',
  random_page_cost: '1.1',
  // Queue tables turn over in minutes; compiling their short statements costs more than it gives.
  autovacuum_naptime: '15s',
  jit: 'off',
  timezone: 'UTC',
  // The log is for what goes wrong. Statements, parameters and key values stay out: they are
  // people's messages.
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

/** Only names the socket file; nothing listens on a network. */
export const SOCKET_PORT = 5432;

/**
 * Arguments of `postgres` for a cluster that listens in `socketDir`.
 *
 * @param more settings beside those of a small machine, or instead of them
 */
export function postgresArguments(
  clusterDir: string,
  socketDir: string,
  more: Readonly<Record<string, string>> = {},
): string[] {
  const all = {
    ...CONFIGURATION,
    ...more,
    port: String(SOCKET_PORT),
    // A list of quoted names: a path may hold a comma.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
  };
  return [
    '-D',
    clusterDir,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
