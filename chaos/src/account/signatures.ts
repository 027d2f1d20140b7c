import type { Sighting } from '../receivers/journal.ts';
import { secretOf } from '../receivers/verify.ts';
import type { Evidence, Subscriber } from './evidence.ts';
import type { Findings } from './findings.ts';

/** How long after a rotation was answered an attempt may still have been begun before it. */
const CUT_OFF_MS = 1_000;

/**
 * Every request is signed with a secret of its webhook, and none with one that was replaced before
 * the request was signed.
 */
export function accountSignatures({ sightings, subscribers }: Evidence, findings: Findings): void {
  const byName = new Map(subscribers.map((subscriber) => [subscriber.name, subscriber]));
  for (const sighting of sightings) {
    const subscriber = byName.get(sighting.receiver);
    if (subscriber === undefined) continue;
    const wrong = wrongIn(sighting, subscriber);
    if (wrong !== null) {
      findings.unexplained.push(`${sighting.deliveryId}, attempt ${sighting.attempt}, ${wrong}`);
    }
  }
}

function wrongIn(sighting: Sighting, { secrets, rotations }: Subscriber): string | null {
  const { unverified, signedAt } = sighting;
  // A secret that was told a moment after it began to sign fits only now.
  const index = sighting.secret ?? (unverified === null ? null : secretOf(secrets, unverified));
  const signedFromMs = signedAt * 1_000;
  const signedToMs = signedFromMs + CUT_OFF_MS;
  if (index === null) {
    // Rotated, and the answer with the secret was lost: it signed until the next one was told.
    const isBetween = rotations.some(
      ({ fromMs, toMs }) => signedToMs >= fromMs && signedFromMs <= toMs + CUT_OFF_MS,
    );
    return isBetween ? null : 'is signed with no secret of its webhook';
  }
  const next = rotations[index + 1];
  return next !== undefined && signedFromMs > next.toMs
    ? 'is signed with a secret that had been replaced'
    : null;
}
