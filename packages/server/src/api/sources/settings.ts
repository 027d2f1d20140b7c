import { type FieldError, judge, SOURCE_KINDS, type SourceKind } from '@sydx/contract';
import { ProblemError } from '../../base/problem.ts';
import type { SourceSecrets } from '../../signing/source-secrets.ts';
import type { Database } from '../../store/database.ts';
import { findSourceTenants } from '../../store/sources.ts';

/** What of a source's settings is kept readable, and what is sealed. */
export interface SplitSettings {
  readonly shown: Record<string, unknown>;
  readonly secrets: SourceSecrets;
}

/** @throws Error for a kind that this version does not know */
export function kindOf({ kind }: { readonly kind: string }): SourceKind {
  if (Object.hasOwn(SOURCE_KINDS, kind)) return kind as SourceKind;
  throw new Error(`No room for sources of the kind ${kind}.`);
}

/**
 * A setting that no answer shows is a secret: what the contract adds is hidden until it says else.
 *
 * @param settings valid ones of this kind, or a part of them
 */
export function splitSettings(
  kind: SourceKind,
  settings: Readonly<Record<string, unknown>>,
): SplitSettings {
  const { shape } = SOURCE_KINDS[kind].shown;
  const isShown = ([name]: [string, unknown]) => Object.hasOwn(shape, name);
  const entries = Object.entries(settings);
  return {
    shown: Object.fromEntries(entries.filter(isShown)),
    secrets: Object.fromEntries(entries.filter((entry) => !isShown(entry))) as SourceSecrets,
  };
}

/** What is left out stays; null takes a setting away. */
export function changeShown(
  stored: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const changed = Object.entries({ ...stored, ...given });
  return Object.fromEntries(changed.filter(([, value]) => value !== null));
}

/** @throws ProblemError invalid_body */
export function readSettingsPatch(
  kind: SourceKind,
  settings: unknown,
): Readonly<Record<string, unknown>> {
  const reading = judge(SOURCE_KINDS[kind].settingsPatch, settings, '/settings');
  if (reading.ok) return reading.value;
  throw new ProblemError('invalid_body', { errors: reading.errors });
}

/** @throws ProblemError invalid_body when settings that are good each do not go together */
export function checkTogether(kind: SourceKind, shown: SplitSettings['shown']): void {
  const errors = SOURCE_KINDS[kind].contradictionsOf(shown);
  if (errors.length > 0) throw new ProblemError('invalid_body', { errors });
}

/**
 * Routes are what makes an operator's source: it needs them, a tenant's own source has none, and
 * they lead to tenants that exist. A kind without routes is for tenants only.
 *
 * @param tenantNo null for an operator's source
 * @throws ProblemError invalid_body
 */
export async function checkRoutes(
  database: Pick<Database, 'general'>,
  kind: SourceKind,
  tenantNo: number | null,
  shown: SplitSettings['shown'],
): Promise<void> {
  // Judged already: an id of the sending side → the tenant's.
  const routes = shown['routes'] as Readonly<Record<string, string>> | undefined;
  if (tenantNo !== null) {
    if (routes !== undefined) throw refused('', "is for an operator's source, not for a tenant's");
    return;
  }
  if (!Object.hasOwn(SOURCE_KINDS[kind].shown.shape, 'routes')) {
    throw new ProblemError('invalid_body', {
      errors: [{ pointer: '/kind', detail: 'is for a tenant: send Sydx-Tenant' }],
    });
  }
  if (routes === undefined) {
    throw refused('', 'is required: whose each id is, or send Sydx-Tenant');
  }
  const tenants = await findSourceTenants(database.general, Object.values(routes));
  const errors = Object.entries(routes)
    .filter(([, tenantId]) => !tenants.has(tenantId))
    .map(([id]) => routeError(`/${id}`, 'is not the id of a tenant'));
  if (errors.length > 0) throw new ProblemError('invalid_body', { errors });
}

function refused(pointer: string, detail: string): ProblemError {
  return new ProblemError('invalid_body', { errors: [routeError(pointer, detail)] });
}

function routeError(pointer: string, detail: string): FieldError {
  return { pointer: `/settings/routes${pointer}`, detail };
}
