import type { Keyring, Sealed } from './sealing.ts';

/** What a source's settings hold that is write-only, by the setting's name. */
export type SourceSecrets = Readonly<Record<string, string>>;

/** Seals a source's secrets for its row. @param id decimal */
export function sealSourceSecrets(keyring: Keyring, id: string, secrets: SourceSecrets): Sealed {
  return keyring.seal(JSON.stringify(secrets), contextOf(id));
}

/** @throws SealingError when the key is not ours or the value is damaged */
export function openSourceSecrets(
  keyring: Pick<Keyring, 'open'>,
  id: string,
  sealed: Sealed,
): SourceSecrets {
  return JSON.parse(keyring.open(sealed, contextOf(id))) as SourceSecrets;
}

function contextOf(id: string): string {
  return `source:${id}`;
}
