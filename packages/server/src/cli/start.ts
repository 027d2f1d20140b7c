import cluster from 'node:cluster';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, type AppOptions, migrateDatabase, startApp } from '../app.ts';
import { createLog, type Log } from '../base/log.ts';
import { loadSettings, type Settings } from '../base/settings.ts';
import { credentialsPath, moveAside, writeCredentials } from './credentials.ts';
import { startDemoReceiver } from './demo/receiver.ts';
import { wireDemo } from './demo/wire.ts';
import { CommandError } from './errors.ts';
import { demoSteps, describeGenerated, firstSteps, greeting } from './greeting.ts';
import { logDestination } from './log-lines.ts';
import { quoted } from './shell.ts';
import { stopOnSignals } from './signals.ts';
import { joinWorkers, startWorkers } from './workers.ts';

/** What people read goes to standard output, the log to standard error. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `sydx start`: runs until a signal. */
export async function start(options: { demo: boolean }): Promise<void> {
  const settings = loadSettings(process.env);
  const log = createLog(settings.logLevel, logDestination(process.stderr));
  dieLoudly(log);
  const running = startOne(settings, log, options.demo);
  stopOnSignals({
    isWorker: cluster.isWorker,
    // A signal may come while the start is under way: it is carried to its end, then stopped.
    stop: async () => {
      const stop = await running.catch(() => null);
      await stop?.();
    },
    say: (sentence) => log.info(sentence),
  });
  await running;
}

/** What ends a start in order. */
type Stop = () => Promise<void>;

function startOne(settings: Settings, log: Log, demo: boolean): Promise<Stop> {
  if (settings.workers === 1 || cluster.isWorker) {
    return demo ? startDemo(settings, log) : startPlain(settings, log);
  }
  if (demo) {
    throw new CommandError('The demo runs in one process: start it without WORKERS.');
  }
  return startWorkers(settings, log, (err) => endFatally(log, err));
}

async function startPlain(settings: Settings, log: Log): Promise<Stop> {
  const app = await launch(settings, log);
  // Of several workers the first speaks for all, and one that takes a dead one's place says nothing.
  if (cluster.isWorker && cluster.worker?.id !== 1) return () => app.stop();
  say(greeting(app, settings, isTerminal()));
  if (settings.role !== 'worker') say(firstSteps(app, settings, isTerminal()));
  return () => app.stop();
}

async function startDemo(settings: Settings, log: Log): Promise<Stop> {
  if (settings.role !== 'all') {
    throw new CommandError('The demo publishes and delivers: start it with ROLE=all, the default.');
  }
  const receiver = await startDemoReceiver((line) => say(`  ${line}`));
  const closers: Stop[] = [() => receiver.close()];
  const stop: Stop = async () => {
    for (const close of closers.toReversed()) {
      await close().catch((err: unknown) => log.error({ err }, 'The demo left something behind.'));
    }
  };
  try {
    const app = await launch(settings, log, [receiver.url]);
    closers.push(() => app.stop());
    // The wires are cut first: what is not cut then fails against a receiver that is gone.
    closers.push(await runDemo(app, settings, receiver));
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns what ends the demo */
async function runDemo(
  app: App,
  settings: Settings,
  receiver: { url: string; expect: (secret: string) => void },
): Promise<Stop> {
  if (app.installation === null) throw new Error('The demo needs a tenant.');
  const wires = await wireDemo(app, app.installation.tenant.no, receiver.url);
  receiver.expect(wires.secret);
  const keyPath = join(app.dataDir, 'demo-key');
  if (!isTerminal()) {
    await rm(keyPath, { force: true });
    await writeFile(keyPath, `${wires.apiKey}\n`, { mode: 0o600, flag: 'wx' });
  }
  say(greeting(app, settings, isTerminal()));
  say(demoSteps(app, isTerminal() ? wires.apiKey : `$(cat ${quoted(keyPath)})`));
  return async () => {
    await wires.cut();
    await rm(keyPath, { force: true });
  };
}

/** What the first start made up goes to the terminal, or into a file where there is none. */
async function launch(settings: Settings, log: Log, exemptUrls: string[] = []): Promise<App> {
  const options: AppOptions = {
    log,
    exemptUrls,
    onGenerated: async (generated, dataDir) => {
      if (isTerminal()) await moveAside(credentialsPath(dataDir));
      else await writeCredentials(dataDir, generated);
    },
    onInstalled: (generated) => {
      if (isTerminal()) say(describeGenerated(generated));
    },
    onFatal: (err) => endFatally(log, err),
    ...(cluster.isWorker ? joinWorkers() : {}),
  };
  return await startApp(settings, options);
}

function endFatally(log: Log, err: Error): never {
  log.fatal({ err }, 'Ending: nothing can be done without it.');
  process.exit(1);
}

function isTerminal(): boolean {
  return process.stdout.isTTY;
}

/** A bug ends the process: what it held under lease is taken over, and nothing is lost. */
function dieLoudly(log: Log): void {
  const die = (err: unknown): void => {
    log.fatal({ err }, 'Something happened that nobody foresaw; ending.');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

/** `sydx migrate`: brings the database up to date and ends. */
export async function runMigrations(): Promise<void> {
  const settings = loadSettings(process.env);
  const log = createLog(settings.logLevel, logDestination(process.stderr));
  const names = await migrateDatabase(settings, log);
  say(names.length === 0 ? 'The database is up to date.' : `Carried out: ${names.join(', ')}.`);
}
