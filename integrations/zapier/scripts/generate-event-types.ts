/** Writes src/event-types.json from the contract's catalogue: `npm run generate`. A test compares them. */
import { writeFileSync } from 'node:fs';
import { EVENTS, SUBSCRIBABLE_EVENT_TYPES } from '@sydx/contract';

const FILE = new URL('../src/event-types.json', import.meta.url);

/** The app is deployed alone, so it carries what it needs to know of the catalogue. */
export function eventTypesFile(): string {
  const types = SUBSCRIBABLE_EVENT_TYPES.map((type) => {
    const { description, sample } = EVENTS[type];
    return { type, description, sample };
  });
  return `${JSON.stringify(types, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(FILE, eventTypesFile());
