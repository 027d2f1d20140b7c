import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generated } from '../auth/first-run.ts';

const FILE = 'first-run.env';
/** Left by the private PostgreSQL in a default DATA_DIR whose data had to go elsewhere. */
const POINTER = 'location';

/** @param dataDir the directory really in use */
export function credentialsPath(dataDir: string): string {
  return join(dataDir, FILE);
}

/** Follows the pointer that a start as root leaves in a clone under /root. */
export function realDataDir(dataDir: string): string {
  const pointer = join(dataDir, POINTER);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataDir;
}

/**
 * Writes what was made up at the first start into a file that its owner alone can read. A file that is
 * there belongs to another database and is moved aside.
 */
export async function writeCredentials(dataDir: string, generated: Generated): Promise<void> {
  const path = credentialsPath(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await moveAside(path);
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(
      [
        '# Made at the first start. Move these to where you keep passwords, then delete this file.',
        ...credentialLines(generated).map(([name, value]) => `${name}=${value}`),
        '',
      ].join('\n'),
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Keys of another database must not be taken for this one's. */
export async function moveAside(path: string): Promise<void> {
  if (!existsSync(path)) return;
  await rename(path, path.replace(/\.env$/, `.before-${Date.now()}.env`));
}

/** Setting and value of everything that was made up. */
export function credentialLines({
  tenantId,
  apiKey,
  operatorApiKey,
  admin,
}: Generated): [string, string][] {
  const lines: [string, string | null | undefined][] = [
    ['BOOTSTRAP_TENANT', tenantId],
    ['BOOTSTRAP_API_KEY', apiKey],
    ['OPERATOR_API_KEY', operatorApiKey],
    ['BOOTSTRAP_ADMIN_EMAIL', admin?.email],
    ['BOOTSTRAP_ADMIN_PASSWORD', admin?.password],
  ];
  return lines.filter((line): line is [string, string] => line[1] != null);
}

/** One value out of the file. @returns null when there is no such file or line, or it is unreadable */
export function readCredential(dataDir: string, name: string): string | null {
  try {
    const text = readFileSync(credentialsPath(dataDir), 'utf8');
    return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? null;
  } catch (error) {
    // Only a convenience: whoever may not read it says the key.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return null;
    throw error;
  }
}
