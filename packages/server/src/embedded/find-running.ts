import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USER } from './cluster.ts';
import { SOCKET_PORT } from './configuration.ts';
import { clusterOf } from './home.ts';
import { readPidFile } from './postmaster.ts';

/**
 * Where the private PostgreSQL of a data directory answers, for a command beside the server.
 *
 * @param dataDir the directory really in use
 * @returns a connection string, which holds the password; null when none was started there
 */
export function findRunningEmbedded(dataDir: string): string | null {
  const socketDir = readPidFile(clusterOf(dataDir))?.socketDir ?? '';
  const passwordPath = join(dataDir, 'postgres-password');
  if (socketDir === '' || !existsSync(passwordPath)) return null;
  const password = readFileSync(passwordPath, 'utf8').trim();
  const host = encodeURIComponent(socketDir);
  return `postgresql://${USER}:${password}@/${USER}?host=${host}&port=${SOCKET_PORT}&sslmode=disable`;
}
