/** Runs a private PostgreSQL until SIGTERM, and tells about it in lines of JSON. */
import { startEmbedded } from '../../src/embedded/start-embedded.ts';

const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const say = (_fields: object, sentence: string) => tell({ log: sentence });

try {
  const options = JSON.parse(process.argv[2] ?? '') as { dataDir: string; dataDirGiven: boolean };
  const postgres = await startEmbedded({
    ...options,
    log: { info: say, warn: say, error: say },
    onExit: ({ signal, restartInMs }) => tell({ exit: signal, restartInMs }),
  });
  const keepAlive = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => {
    clearInterval(keepAlive);
    void postgres.stop().then(() => tell({ stopped: true }));
  });
  // Last: whoever hears it may send SIGTERM at once.
  tell({ ready: postgres.connectionString, dataDir: postgres.dataDir });
} catch (error) {
  tell({ refused: error instanceof Error ? `${error.name}: ${error.message}` : error });
  process.exitCode = 1;
}
