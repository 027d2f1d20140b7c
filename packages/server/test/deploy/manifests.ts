import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../docs/blocks.ts';
import { readYaml } from './tools.ts';

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
export interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
type Labels = Readonly<Record<string, string>>;

/** A document of deploy/kubernetes, as far as the tests look into it. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector: Labels & { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsUser: number; readonly runAsNonRoot: boolean };
        readonly volumes: readonly { readonly name: string }[];
        readonly containers: readonly [Container];
      };
    };
  };
}

export function readManifests(): Manifest[] {
  return globSync('deploy/kubernetes/**/*.yaml', { cwd: ROOT })
    .toSorted()
    .flatMap((file) =>
      readYaml(readFileSync(join(ROOT, file), 'utf8')).map((document) => ({
        ...(document as Omit<Manifest, 'file'>),
        file,
      })),
    );
}

/** The settings that a pod of this Deployment gets. */
export function settingsOf(deployment: Manifest, all: readonly Manifest[]): Record<string, string> {
  const shared = all.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
  const own = deployment.spec?.template.spec.containers[0].env ?? [];
  return Object.assign(
    {},
    ...shared.map(({ data, stringData }) => data ?? stringData),
    ...own.map(({ name, value }) => ({ [name]: value })),
  ) as Record<string, string>;
}
