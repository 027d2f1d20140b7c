/**
 * The Zapier app of Sydx AI: one trigger for each event type, and one for several. Each Zap that is
 * turned on has a webhook of its own, a REST hook: made, signed with a secret of its own, and deleted
 * when the Zap is turned off.
 */
import { readFileSync } from 'node:fs';
import { defineApp, version as platformVersion } from 'zapier-platform-core';
import { authentication } from './authentication.ts';
import { anyEvent } from './triggers/any-event.ts';
import { eventTriggers } from './triggers/event-triggers.ts';
import { eventTypeList } from './triggers/event-type-list.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const triggers = [...eventTriggers, anyEvent, eventTypeList];

// Zapier takes an app from its default export.
// oxlint-disable-next-line import/no-default-export
export default defineApp({
  version,
  platformVersion,
  authentication,
  triggers: Object.fromEntries(triggers.map((trigger) => [trigger.key, trigger])),
});
