import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Real notification bodies by file and key. They lie beside the project, not in it. */
const FOLDER = path.resolve(import.meta.dirname, '../../../../../../shared/fixtures/whatsapp');

interface Fixture {
  file: string;
  key: string;
  notification: unknown;
}

/** All of them, read from disk: a missing folder throws, so that no test passes by finding none. */
export function whatsappFixtures(): Fixture[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const content = readFileSync(path.join(FOLDER, file), 'utf8');
      const byKey = JSON.parse(content) as Record<string, unknown>;
      return Object.entries(byKey).map(([key, notification]) => ({
        file: file.replace('.json', ''),
        key,
        notification,
      }));
    });
}

/** The notification of one fixture. */
export function whatsappFixture(file: string, key: string): unknown {
  const found = whatsappFixtures().find((one) => one.file === file && one.key === key);
  if (found === undefined) throw new Error(`no fixture ${file}.${key}`);
  return found.notification;
}

/** A copy whose messages, echoes and statuses have this id: many fixtures share theirs. */
export function withId(notification: unknown, id: string): unknown {
  const copy = structuredClone(notification) as {
    entry: { changes: { value: Record<string, { id: string }[] | undefined> }[] }[];
  };
  for (const { value } of copy.entry.flatMap(({ changes }) => changes)) {
    for (const list of ['messages', 'message_echoes', 'statuses']) {
      for (const item of value[list] ?? []) item.id = id;
    }
  }
  return copy;
}
