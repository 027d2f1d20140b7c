import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Real bodies of Meta. They lie beside the project, not in it. */
const FOLDER = path.resolve(import.meta.dirname, '../../../../../../shared/fixtures/leadgen');

/** @param file `notification`, `notification-numeric-ids` or `lead` @returns its text */
export function leadgenFixture(file: string): string {
  return readFileSync(path.join(FOLDER, `${file}.json`), 'utf8');
}
