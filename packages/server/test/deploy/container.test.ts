/**
 * The Dockerfile carried out and its image run, without Docker: its own steps, its user, a root that is
 * read-only, the product as process 1. What stands in for the base image is this machine's system.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from '../kit/call-api.ts';
import { createEmptyDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { startFaultyLink } from '../kit/faulty-link.ts';
import { type Receiver, startReceiver } from '../kit/receivers.ts';
import { readCompose } from './compose.ts';
import { type Container, runContainer } from './container.ts';
import { buildImage, type Image } from './image.ts';
import { noJail } from './jail.ts';
import { readManifests, settingsOf } from './manifests.ts';

const MINUTES = 60_000;
const why = noJail === '' ? '' : ` [skipped: ${noJail}]`;
const LOOPBACK = { ALLOW_HTTP_TARGETS: 'true', ALLOW_TARGET_NETWORKS: '127.0.0.0/8' };
const KEYS = {
  BOOTSTRAP_TENANT: 'acme',
  BOOTSTRAP_API_KEY: 'sydx_test_of_the_container',
  OPERATOR_API_KEY: 'operator_of_the_container',
  BOOTSTRAP_ADMIN_PASSWORD: 'not in any dictionary',
};

describe.skipIf(noJail !== '')(`the Dockerfile's image${why}`, () => {
  let dir: string;
  let image: Image;
  let receiver: Receiver;
  const running: Container[] = [];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sydx-image-'));
    chmodSync(dir, 0o711);
    image = await buildImage(dir);
    receiver = await startReceiver();
  }, 15 * MINUTES);
  afterEach(async () => {
    for (const container of running.splice(0)) await container.stop();
  });
  afterAll(async () => {
    await receiver?.close();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }, 2 * MINUTES);

  /** As a volume is made: it has the owner of the directory in the image. */
  function newVolume(): string {
    const volume = join(dir, `volume-${randomBytes(4).toString('hex')}`);
    mkdirSync(volume);
    chownSync(volume, 1000, 1000);
    return volume;
  }

  async function run(volume: string, env: Readonly<Record<string, string>>): Promise<Container> {
    const container = await runContainer(image, volume, env);
    running.push(container);
    return container;
  }

  async function deliverOne({ url }: Container, webhook: boolean): Promise<void> {
    const access = { url, apiKey: KEYS.BOOTSTRAP_API_KEY };
    const before = receiver.requests.length;
    if (webhook) {
      await callApi(access, 'POST', '/v1/webhooks', {
        name: 'Container',
        url: `${receiver.origin}/hook`,
        events: ['campaign.sent'],
      });
    }
    const data = { name: 'Diwali', recipientCount: 1 };
    await callApi(access, 'POST', '/v1/events', { type: 'campaign.sent', data });
    await eventually('it is delivered', () => receiver.requests.length > before, 2 * MINUTES);
  }

  /** PostgreSQL over TCP, as a container reaches it: the tests' own has a socket in /tmp alone. */
  async function onDatabase(use: (url: string) => Promise<void>): Promise<void> {
    const database = await createEmptyDatabase();
    const link = await startFaultyLink(database.url);
    try {
      await use(link.url);
    } finally {
      for (const node of running.splice(0)) await node.stop();
      await link.close();
      await database.drop();
    }
  }

  test('holds the product and its dashboard, and nothing for its tests', () => {
    const at = (path: string) => existsSync(join(image.root, 'app', path));
    expect(at('packages/dashboard/dist/index.html')).toBe(true);
    expect(at('LICENSE')).toBe(true);
    for (const path of [
      'packages/server/test',
      'node_modules/vitest',
      'node_modules/vite',
      'data',
      '.git',
      'docs',
    ]) {
      expect(at(path), path).toBe(false);
    }
  });

  test('with its private PostgreSQL: serves, delivers, keeps its data over a stop, and SIGTERM reaches it', {
    timeout: 10 * MINUTES,
  }, async () => {
    const volume = newVolume();
    const settings = { ...LOOPBACK, ...KEYS };
    const first = await run(volume, settings);
    expect([first.uid, first.pid]).toEqual([1000, 1]);
    expect(await first.healthy()).toBe(true);
    expect(await (await fetch(first.url)).text()).toContain('<!doctype html>');
    await deliverOne(first, true);
    expect(await first.stop()).toBe(0);
    expect(await first.healthy()).toBe(false);
    // The libraries were linked when the image was made: no copy of PostgreSQL in the volume.
    expect(existsSync(join(volume, 'runtime'))).toBe(false);
    expect(existsSync(join(volume, 'postgres', 'data', 'postmaster.pid'))).toBe(false);

    const next = await run(volume, settings);
    await deliverOne(next, false);
    expect(await next.stop()).toBe(0);
  });

  test('makes up its keys at a first start, readable by its user alone', {
    timeout: 10 * MINUTES,
  }, async () => {
    const volume = newVolume();
    const container = await run(volume, {});
    expect(readFileSync(join(volume, 'first-run.env'), 'utf8')).toContain('BOOTSTRAP_API_KEY=');
    expect(await container.stop()).toBe(0);
  });

  test("compose's several nodes, by their settings: what an api node accepts, a worker delivers", {
    timeout: 10 * MINUTES,
  }, async () => {
    await onDatabase(async (database) => {
      const env = { POSTGRES_PASSWORD: 'p', SECRETS_KEY: randomBytes(32).toString('base64') };
      const { services } = readCompose('deploy/compose/several-nodes.yaml', env);
      // compose's own network is not here: PostgreSQL is elsewhere, and ports are any free ones.
      const here = { DATABASE_URL: database, PUBLIC_URL: '', ...LOOPBACK, ...KEYS };
      const nodes: Container[] = [];
      for (const name of ['sydx', 'sydx-2', 'worker']) {
        const node = await run(newVolume(), { ...services[name]?.environment, ...here });
        expect(await node.healthy(services[name]?.healthcheck?.test.slice(1) ?? readyz), name).toBe(
          true,
        );
        nodes.push(node);
      }
      const [, second, worker] = nodes;
      await deliverOne(second!, true);
      expect((await fetch(`${worker!.url}/v1/webhooks`)).status).toBe(404);
      for (const node of running.splice(0)) expect(await node.stop()).toBe(0);
    });
  });

  test("Kubernetes' pods, by their settings and probes: the same", {
    timeout: 10 * MINUTES,
  }, async () => {
    await onDatabase(async (database) => {
      const manifests = readManifests();
      const nodes: Container[] = [];
      for (const deployment of manifests.filter(({ kind }) => kind === 'Deployment')) {
        const own = { DATABASE_URL: database, PUBLIC_URL: '', ...LOOPBACK, ...KEYS };
        const node = await run(newVolume(), { ...settingsOf(deployment, manifests), ...own });
        const [{ startupProbe, readinessProbe, livenessProbe }] =
          deployment.spec!.template.spec.containers;
        for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
          expect((await fetch(`${node.url}${httpGet.path}`)).status).toBe(200);
        }
        nodes.push(node);
      }
      await deliverOne(nodes[0]!, true);
      for (const node of running.splice(0)) expect(await node.stop()).toBe(0);
    });
  });
});

const readyz = ['node', 'deploy/container/healthy.ts', '/readyz'];
