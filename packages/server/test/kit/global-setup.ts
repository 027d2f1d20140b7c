import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/embedded/start-embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { clearLeftovers } from './leftovers.ts';
import { tablesWithSecrets } from './secrets-in-clear.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server whose user may create databases, and the migrated database to clone. */
    testDatabase: {
      readonly url: string;
      readonly template: string;
      /** Why there is no template: a broken migration fails only the tests that need it. */
      readonly failure: string | null;
    };
  }
}

/** What directories of tests' databases begin with; what a killed run left in them is swept away. */
export const TEST_DATA = 'sydx-test-';
/** Two files at a time, and a test may have half a dozen nodes with 18 connections each. */
const configuration = { max_connections: '400' };
const quiet = { info: () => {}, warn: console.warn, error: console.error };

/**
 * One PostgreSQL for the whole run, as durable as in production, in a directory that goes away with
 * it; or the server of TEST_DATABASE_URL. A run that was killed is cleaned up by the next.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: () => Promise.resolve() } : await startServer();
  const template = `sydx_template_${randomBytes(4).toString('hex')}`;
  const failure = await createTemplate(server.url, template);
  project.provide('testDatabase', { url: server.url, template, failure });
  return async () => {
    try {
      await searchUndropped(server.url);
      // The server of TEST_DATABASE_URL stays, and so must nothing of ours on it.
      if (given) await dropTemplate(server.url, template);
    } finally {
      await server.stop();
    }
  };
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  await clearLeftovers(TEST_DATA);
  const dataDir = await mkdtemp(join(tmpdir(), TEST_DATA));
  // As root, PostgreSQL's user has to pass through.
  await chmod(dataDir, 0o711);
  try {
    const server = await startEmbedded({ dataDir, dataDirGiven: true, log: quiet, configuration });
    return {
      url: server.connectionString,
      stop: async () => {
        await server.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Each test searches its database as it drops it; here come those of tests that died before.
 *
 * @throws Error, and the run fails, when a secret stands in clear in one
 */
async function searchUndropped(url: string): Promise<void> {
  const found: string[] = [];
  for (const name of await databasesOfTests(url)) {
    const one = withDatabase(url, name);
    const client = new pg.Client({ connectionString: one });
    await client.connect();
    try {
      found.push(...(await tablesWithSecrets(client, one)).map((table) => `${name} ${table}`));
    } finally {
      await client.end();
    }
  }
  if (found.length === 0) return;
  process.exitCode = 1;
  throw new Error(`A secret stands in clear in ${found.join(', ')}.`);
}

async function databasesOfTests(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      String.raw`SELECT datname AS name FROM pg_database WHERE datname LIKE 'sydx\_test\_%'`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** @returns why it failed, or null */
async function createTemplate(url: string, template: string): Promise<string | null> {
  const pool = new pg.Pool({ connectionString: withDatabase(url, template), max: 2 });
  try {
    await execute(url, `CREATE DATABASE ${template}`);
    await migrate(pool);
    return null;
  } catch (error) {
    return inspect(error);
  } finally {
    await pool.end();
  }
}

async function dropTemplate(url: string, template: string): Promise<void> {
  await execute(url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  return url.replace(/^(\w+:\/\/[^/?#]*)(\/[^?#]*)?/, `$1/${database}`);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
