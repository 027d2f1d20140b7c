import type { Scope } from '@sydx/contract';
import { formatId } from '../base/ids.ts';
import type { Settings } from '../base/settings.ts';
import { StartError } from '../base/start-error.ts';
import type { RandomBytes } from '../signing/secrets.ts';
import {
  findInstalledTenant,
  findPersonId,
  hasAdmin,
  hasOperatorKey,
  installAdmin,
  installApiKey,
  type InstalledTenant,
  insertPerson,
  installTenant,
  newId,
} from '../store/installation.ts';
import type { Transaction } from '../store/transaction.ts';
import { apiKeyHint, generateApiKey, hashApiKey } from './api-key.ts';
import { hashPassword } from './password.ts';

/** What was made up at this start and is known to nobody yet; what settings gave is not in it. */
export interface Generated {
  readonly tenantId: string;
  readonly apiKey: string | null;
  readonly operatorApiKey: string | null;
  readonly admin: { readonly email: string; readonly password: string } | null;
}

/** What every start finds or makes. */
export interface Installation {
  readonly tenant: InstalledTenant;
  /** Null when nothing had to be made up. */
  readonly generated: Generated | null;
}

const TENANT_SCOPES: readonly Scope[] = ['events:write', 'deliveries:read', 'webhooks:admin'];
const DEFAULT_EMAIL = 'admin@localhost';

interface Parts {
  readonly client: Transaction;
  readonly settings: Settings;
  readonly randomBytes: RandomBytes;
}

/**
 * Makes the first tenant, its API key, the operator's key and the first admin where they are missing.
 * Keys that settings give work after every start, and replace what the same setting gave before.
 *
 * @param parts `client` is a transaction that holds the lock of starts
 * @throws StartError when a key of the settings already belongs to somebody else
 */
export async function install(parts: Parts): Promise<Installation> {
  const { client, settings } = parts;
  const found = await findInstalledTenant(client, settings.bootstrapTenant);
  const tenant = found ?? (await makeTenant(parts));
  const apiKey = await makeTenantKey(parts, tenant, found === null);
  const operatorApiKey = await makeOperatorKey(parts);
  const admin = await makeAdmin(parts, tenant);
  const isNothing = apiKey === null && operatorApiKey === null && admin === null;
  return {
    tenant,
    generated: isNothing ? null : { tenantId: tenant.id, apiKey, operatorApiKey, admin },
  };
}

async function makeTenant({ client, settings }: Parts): Promise<InstalledTenant> {
  const id = settings.bootstrapTenant ?? formatId('ten', await newId(client));
  return await installTenant(client, { id, name: settings.bootstrapTenant ?? 'My account' });
}

/** @returns the key when it was generated */
async function makeTenantKey(
  parts: Parts,
  tenant: InstalledTenant,
  isNew: boolean,
): Promise<string | null> {
  const { client, settings, randomBytes } = parts;
  const given = settings.bootstrapApiKey;
  if (given === null && !isNew) return null;
  const key = given ?? generateApiKey(randomBytes);
  const isOurs = await installApiKey(client, {
    tenantNo: tenant.no,
    // A name for each origin: a key from the settings replaces only one from the settings.
    name: given === null ? 'First key' : 'BOOTSTRAP_API_KEY',
    hash: hashApiKey(key),
    hint: apiKeyHint(key),
    scopes: TENANT_SCOPES,
  });
  if (!isOurs) throw taken('BOOTSTRAP_API_KEY');
  return given === null ? key : null;
}

/** @returns the key when it was generated */
async function makeOperatorKey({ client, settings, randomBytes }: Parts): Promise<string | null> {
  const given = settings.operatorApiKey;
  if (given === null && (await hasOperatorKey(client))) return null;
  const key = given ?? generateApiKey(randomBytes);
  const isOurs = await installApiKey(client, {
    tenantNo: null,
    name: 'Operator',
    hash: hashApiKey(key),
    hint: apiKeyHint(key),
    scopes: ['operator'],
  });
  if (!isOurs) throw taken('OPERATOR_API_KEY');
  return given === null ? key : null;
}

/** A person who exists keeps the password: settings don't undo what was changed since. */
async function makeAdmin(
  { client, settings, randomBytes }: Parts,
  tenant: InstalledTenant,
): Promise<Generated['admin']> {
  if (settings.bootstrapAdminEmail === null && (await hasAdmin(client, tenant.no))) return null;
  const email = (settings.bootstrapAdminEmail ?? DEFAULT_EMAIL).toLowerCase();
  const known = await findPersonId(client, email);
  if (known !== null) {
    await installAdmin(client, tenant.no, known);
    return null;
  }
  const given = settings.bootstrapAdminPassword;
  const password = given ?? Buffer.from(randomBytes(15)).toString('base64url');
  const passwordHash = await hashPassword(password);
  await installAdmin(client, tenant.no, await insertPerson(client, { email, passwordHash }));
  return given === null ? { email, password } : null;
}

function taken(setting: string): StartError {
  return new StartError(
    `${setting} is the same as another key of this database. Write a new one, such as ` +
      '`openssl rand -base64 32` makes.',
  );
}
