import { EVENTS, PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import type { Dice } from '@sydx/server/test/kit/dice.ts';
import { chance, pick } from '../answers/picks.ts';
import type { Document, Schema } from './document.ts';
import type { Stage } from './stage.ts';

const WORDS = [
  'x',
  'Diwali',
  '919876543210',
  'ä',
  '漢字',
  '👩‍👩‍👧',
  'a b',
  '<b>',
  '"',
  '\u202e',
  'null',
];
const TIMES = ['2026-03-25T08:22:50.254Z', '2024-01-01T00:00:00Z', '2026-03-25T13:52:50+05:30'];

/** What a field of this name is likely to be, for those whose form no schema tells. */
const BY_NAME: Readonly<Record<string, (dice: Dice, stage: Stage) => unknown>> = {
  url: (_dice, stage) => stage.receiver,
  email: (dice) => `person${dice.between(0, 9)}@example.com`,
  events: (dice) => [pick(dice, PUBLISHABLE_EVENT_TYPES)],
  tenantId: (dice, stage) => pick(dice, [stage.own.tenant, stage.foreign.tenant]),
  token: (dice, stage) => pick(dice, [...stage.tokens, 'x'.repeat(43)]),
  routes: (_dice, stage) => ({ '123': stage.own.tenant }),
  phoneNumberIds: () => ['123456'],
  webhookId: (dice, stage) => pick(dice, [stage.own.ids.webhook, stage.foreign.ids.webhook]),
  eventId: (dice, stage) => pick(dice, [stage.own.ids.event, stage.foreign.ids.event]),
  cursor: (_dice, stage) => stage.cursor,
  newPassword: () => 'another good password',
  plan: (dice) => pick(dice, ['pro', 'free']),
  id: (dice) => `made-${dice.between(0, 1_000_000)}`,
};

/** A value that a schema takes, most of the time. */
export function valueOf(
  dice: Dice,
  schema: Schema,
  document: Document,
  stage: Stage,
  name = '',
): unknown {
  const target = resolve(schema, document);
  const choices = target.anyOf ?? target.oneOf;
  if (choices !== undefined) return valueOf(dice, pick(dice, choices), document, stage, name);
  if (target.properties?.['data'] !== undefined && target.properties['type'] !== undefined) {
    return event(dice, stage);
  }
  if (target.const !== undefined) return target.const;
  if (target.enum !== undefined) return pick(dice, target.enum);
  const known = BY_NAME[name];
  if (known !== undefined && !chance(dice, 10)) return known(dice, stage);
  switch (typeof target.type === 'string' ? target.type : target.type?.[0]) {
    case 'object':
      return objectOf(dice, target, document, stage);
    case 'array':
      return Array.from({ length: dice.between(1, 3) }, () =>
        valueOf(dice, target.items ?? {}, document, stage),
      );
    case 'integer':
    case 'number':
      return dice.between(1, 100);
    case 'boolean':
      return chance(dice, 50);
    default:
      return target.format === 'date-time' ? pick(dice, TIMES) : pick(dice, WORDS);
  }
}

function objectOf(dice: Dice, schema: Schema, document: Document, stage: Stage): unknown {
  const required = new Set(schema.required);
  const made: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (required.has(name) || chance(dice, 40)) {
      made[name] = valueOf(dice, property, document, stage, name);
    }
  }
  return made;
}

function event(dice: Dice, stage: Stage): unknown {
  const type = pick(dice, PUBLISHABLE_EVENT_TYPES);
  return {
    type,
    data: { ...EVENTS[type].sample, more: pick(dice, WORDS) },
    ...(chance(dice, 30) && { timestamp: pick(dice, TIMES) }),
    ...(chance(dice, 30) && { idempotencyKey: `key-${dice.between(0, 20)}` }),
    ...(chance(dice, 10) && { tenantId: stage.own.tenant }),
  };
}

export function resolve(schema: Schema, { schemas }: Document): Schema {
  let target = schema;
  while (target.$ref !== undefined) {
    const named = schemas[target.$ref.replace('#/components/schemas/', '')];
    if (named === undefined) throw new Error(`${target.$ref} is not in the document.`);
    target = named;
  }
  return target;
}
