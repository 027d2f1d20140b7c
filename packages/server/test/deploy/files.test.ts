/** What can be said of deploy/ without running it: schemas, linters, and what must agree with the product. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/base/settings.ts';
import { ROOT } from '../docs/blocks.ts';
import { readCompose } from './compose.ts';
import { assignments, parseDockerfile } from './dockerfile.ts';
import { readManifests, settingsOf } from './manifests.ts';
import { composeSchema, lintDockerfile, objections } from './tools.ts';

/** packages/server/src/cli/signals.ts: past this the product ends itself. */
const GIVES_UP_AFTER_SECONDS = 20;
const KEY = Buffer.alloc(32, 7).toString('base64');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('Dockerfile', () => {
  const stages = parseDockerfile(read('Dockerfile'));
  const last = stages.at(-1)?.steps ?? [];
  const word = (instruction: string) => last.find((step) => step.instruction === instruction)?.text;

  test('the linter finds nothing', () => {
    expect(lintDockerfile(read('Dockerfile'))).toEqual([]);
    expect(lintDockerfile('FROM node\nEXPOSE http\n')).not.toEqual([]);
  });

  test('the base has glibc, and the Node that the product needs', () => {
    const [base] = stages;
    expect(base?.from).toMatch(/^node:24-(bookworm|trixie)(-slim)?$/);
    expect(stages.at(-1)?.from).toBe(base?.from);
  });

  test('it runs as a user that is not root, with its data in a volume, and says how it is', () => {
    expect(word('USER')).toBe('1000:1000');
    expect(word('VOLUME')).toBe('/data');
    expect(word('STOPSIGNAL')).toBe('SIGTERM');
    expect(word('HEALTHCHECK')).toContain('deploy/container/healthy.ts');
    const settings = Object.fromEntries(assignments(word('ENV') ?? ''));
    expect(loadSettings(settings)).toMatchObject({ host: '0.0.0.0', port: 8080, dataDir: '/data' });
  });
});

describe.each(['compose.yaml', 'deploy/compose/several-nodes.yaml'])('%s', (path) => {
  const env = { POSTGRES_PASSWORD: 'p4ssword', SECRETS_KEY: KEY };
  const file = readCompose(path, env);
  const { services } = file;
  // The schema is of 2021; `name` came to the specification later.
  const { name: _, ...known } = file;
  const nodes = Object.entries(services).filter(([name]) => name !== 'postgres');

  test('holds by the schema of the Compose Specification', () => {
    expect(objections(composeSchema(), known)).toBeNull();
    expect(objections(composeSchema(), { services: { a: { imagine: 1 } } })).not.toBeNull();
  });

  test('does not start without passwords, and says which', () => {
    expect(() => readCompose(path, { SECRETS_KEY: KEY })).toThrow(/POSTGRES_PASSWORD.*\.env/);
    expect(() => readCompose(path, { POSTGRES_PASSWORD: 'p' })).toThrow(/openssl rand -base64 32/);
  });

  test.each(nodes)('%s has settings that the product takes', (_name, service) => {
    expect(loadSettings(service.environment)).toMatchObject({ secretsKey: KEY });
    if (service.image === undefined) return;
    expect(service.read_only).toBe(true);
    expect(Number.parseInt(service.stop_grace_period ?? '0', 10)).toBeGreaterThan(
      GIVES_UP_AFTER_SECONDS,
    );
    expect(service.healthcheck?.test).toContain('/readyz');
  });
});

describe('deploy/kubernetes', () => {
  const manifests = readManifests();
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');

  test.each(['1.29', '1.37'])(
    'every manifest holds by the strict schemas of Kubernetes %s',
    (version) => {
      const schemas = JSON.parse(read(`tools/schemas/kubernetes-${version}.json`)) as object;
      expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
        'ConfigMap',
        'Deployment',
        'Deployment',
        'PodDisruptionBudget',
        'PodDisruptionBudget',
        'Secret',
        'Service',
      ]);
      for (const { file, ...manifest } of manifests) {
        const by = {
          ...schemas,
          $ref: `#/$defs/${manifest.apiVersion.replace('/', '~1')} ${manifest.kind}`,
        };
        expect(objections(by, manifest), `${file} ${manifest.kind}`).toBeNull();
        expect(objections(by, { ...manifest, spek: {} })).not.toBeNull();
      }
    },
  );

  test('what kubectl apply -f takes holds no secret', () => {
    const applied = manifests.filter(({ file }) => !file.includes('/examples/'));
    expect(applied.map(({ kind }) => kind)).not.toContain('Secret');
  });

  test.each(deployments.map((each) => [each.metadata.name, each] as const))(
    '%s: settings that the product takes, its probes, its time to stop, its user',
    (_name, deployment) => {
      const settings = settingsOf(deployment, manifests);
      expect(loadSettings(settings).role).toBe(deployment.metadata.name.split('-').at(-1));
      const { spec } = deployment.spec!.template;
      const [container] = spec.containers;
      expect(container.ports).toEqual([{ name: 'http', containerPort: 8080 }]);
      expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
      expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(GIVES_UP_AFTER_SECONDS + 5);
      expect(`${spec.securityContext.runAsUser}:1000`).toBe('1000:1000');
      expect(spec.volumes.map(({ name }) => name)).toEqual(
        container.volumeMounts.map(({ name }) => name),
      );
    },
  );

  test('the Service and each budget choose the pods of one Deployment', () => {
    const pods = deployments.map((each) => JSON.stringify(each.spec?.template.metadata.labels));
    for (const { kind, spec } of manifests) {
      if (kind === 'Service') expect(pods).toContain(JSON.stringify(spec?.selector));
      else if (kind === 'PodDisruptionBudget' || kind === 'Deployment') {
        expect(pods).toContain(JSON.stringify(spec?.selector.matchLabels));
      }
    }
  });
});

const analyze = '/usr/bin/systemd-analyze';
const noSystemd = existsSync(analyze) ? '' : ' [skipped: no systemd-analyze here]';

describe('deploy/systemd/sydx-webhooks.service', () => {
  const path = join(ROOT, 'deploy/systemd/sydx-webhooks.service');
  const unit = read('deploy/systemd/sydx-webhooks.service');
  const valueOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  test('has settings that the product takes, and more time to stop than that needs', () => {
    const settings = Object.fromEntries(assignments(valueOf('Environment')));
    expect(loadSettings(settings).dataDir).toBe(`/var/lib/${valueOf('StateDirectory')}`);
    expect(Number(valueOf('TimeoutStopSec'))).toBeGreaterThan(GIVES_UP_AFTER_SECONDS);
    expect(valueOf('KillMode')).toBe('mixed');
    expect(
      existsSync(
        join(
          ROOT,
          /server\S+\.mjs/.exec(valueOf('ExecStart'))?.[0].replace('server', 'packages/server') ??
            '',
        ),
      ),
    ).toBe(true);
  });

  test.skipIf(noSystemd !== '')(`systemd-analyze verifies it${noSystemd}`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'sydx-unit-'));
    const installed = join(dir, 'sydx-webhooks.service');
    // As if the clone stood in /opt/sydx: the program must exist.
    writeFileSync(installed, unit.replaceAll('/opt/sydx', ROOT));
    const { stderr, status } = spawnSync(analyze, ['verify', installed], { encoding: 'utf8' });
    rmSync(dir, { recursive: true });
    expect(stderr).not.toContain('sydx-webhooks');
    expect(status).toBe(0);
  });

  test.skipIf(noSystemd !== '')(`its exposure is at most 2 of 10${noSystemd}`, () => {
    const options = ['security', '--offline=true', '--threshold=20', path];
    const { stdout, status } = spawnSync(analyze, options, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});
