import { type AppOptions, type PrivatePostgres, startPrivatePostgres } from '../app.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../base/settings.ts';
import { startFleet } from '../workers/fleet.ts';
import { joinMetrics } from '../workers/metrics-of-all.ts';

/** How a worker learns of the private PostgreSQL; as secret as the password file beside its data. */
const HANDED_DOWN = 'PRIVATE_POSTGRES';

/**
 * `sydx start` with WORKERS above 1: this process keeps a private PostgreSQL and the workers running and
 * does nothing else, so that what goes wrong in one worker ends that one alone.
 *
 * @param onFatal hears when PostgreSQL stays down
 * @returns what ends it in order: workers first
 */
export async function startWorkers(
  settings: Settings,
  log: Log,
  onFatal: (error: Error) => void,
): Promise<() => Promise<void>> {
  const isOwn = settings.databaseUrl === null;
  const postgres = isOwn ? await startPrivatePostgres(settings, log, onFatal) : null;
  try {
    const env = postgres === null ? {} : { [HANDED_DOWN]: handDown(postgres) };
    const fleet = await startFleet({ size: settings.workers, env, log });
    return async () => {
      await fleet.stop();
      await postgres?.stop();
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** What a worker starts with, beside what every start has. */
export function joinWorkers(): Pick<AppOptions, 'privatePostgres' | 'metricsOfAll'> {
  const text = process.env[HANDED_DOWN];
  delete process.env[HANDED_DOWN];
  const privatePostgres = text === undefined ? null : (JSON.parse(text) as PrivatePostgres);
  return { privatePostgres, metricsOfAll: joinMetrics() };
}

function handDown({ dataDir, connectionString }: PrivatePostgres): string {
  return JSON.stringify({ dataDir, connectionString });
}
