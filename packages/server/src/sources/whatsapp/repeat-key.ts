import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';

/**
 * A key that a repeat of the same thing has again and nothing else has. Kind and message id, so
 * that an edit or a status never passes for the message it is about; without an id the hash of
 * the whole item. Written as JSON: no spelling of an id can run into the kind.
 */
export function repeatKey(
  kind: readonly string[],
  id: string | undefined,
  item: JsonObject,
): string {
  if (id !== undefined) return JSON.stringify([...kind, id]);
  const hash = createHash('sha256').update(JSON.stringify(item)).digest('hex');
  return JSON.stringify([...kind, { hash }]);
}
