import * as life from './life.ts';
import { type Logged, type Observed, STATUS_NAMES } from './observe.ts';
import type { Ground } from './ground.ts';

/** Where every delivery is by the machine, and where it is in the database: one line each. */
export function compare(
  ground: Ground,
  observed: Observed,
): { expected: string[]; actual: string[] } {
  const { world, ids } = ground;
  const expected = world.deliveries.map((delivery, number) =>
    [`delivery ${number}`, placeOf(delivery), `${earlier(delivery)} earlier attempts`].join(', '),
  );
  for (const [number, { webhook, count, replayed, waiting, state }] of world.replays.entries()) {
    expected.push(
      `replay ${number} to ${webhook}: ${replayed} of ${count}, ${waiting.length} wait, ${state}`,
    );
  }
  return {
    expected,
    actual: [...ids.deliveries.map(lineOf(ground, observed)), ...replayLines(ground, observed)],
  };
}

function placeOf({ place, attempt, lost, made }: life.Delivery): string {
  const next = `attempt ${attempt}, lost ${lost}`;
  switch (place.at) {
    case 'queue':
      return `queue ${place.due ? 'now' : 'later'}, ${next}`;
    case 'inflight':
      return `inflight on ${place.node}, ${next}`;
    default:
      return `log ${place.status} by ${place.error}, ${made} attempts`;
  }
}

/** Every attempt but one that ended the delivery has a row of its own. */
function earlier({ place, made, attempt }: life.Delivery): number {
  return place.at === 'log' && made === attempt ? made - 1 : made;
}

function lineOf({ hands }: Ground, observed: Observed) {
  return (id: string, number: number): string => {
    const places: string[] = [];
    for (const row of observed.queue) {
      if (row.id !== id) continue;
      places.push(`queue ${row.due ? 'now' : 'later'}, attempt ${row.attempt}, lost ${row.lost}`);
    }
    for (const row of observed.inflight) {
      if (row.id !== id) continue;
      const node = hands.findIndex((hand) => hand.id === row.node_id);
      places.push(`inflight on ${node}, attempt ${row.attempt}, lost ${row.lost}`);
    }
    for (const row of observed.log) {
      if (row.id !== id) continue;
      const status = STATUS_NAMES[row.status];
      places.push(`log ${status} by ${row.error}, ${row.attempt_count} attempts`);
    }
    const attempts = observed.attempts.find((row) => row.id === id)?.numbers.length ?? 0;
    return [`delivery ${number}`, places.join(' AND '), `${attempts} earlier attempts`].join(', ');
  };
}

function replayLines({ ids }: Ground, observed: Observed): string[] {
  return observed.replays.map((row) => {
    const number = ids.replays.indexOf(row.id);
    const webhook = ids.webhooks.indexOf(row.webhook_id);
    const ended = row.cancelled ? 'cancelled' : 'finished';
    const state = row.finished ? ended : 'running';
    return `replay ${number} to ${webhook}: ${row.replayed} of ${row.count}, ${row.waiting} wait, ${state}`;
  });
}

/**
 * What must hold whatever the machine believes, judged by the database alone.
 *
 * @param before the log as it was one move ago
 * @returns a sentence for each that does not hold
 */
export function violations(
  ground: Ground,
  observed: Observed,
  before: readonly Logged[],
): string[] {
  const wrong: string[] = [];
  const places = [...observed.queue, ...observed.inflight, ...observed.log].map(({ id }) => id);
  if (new Set(places).size !== places.length) wrong.push('A delivery is in two places.');
  if (places.length !== ground.ids.deliveries.length)
    wrong.push('A delivery is lost, or one too many.');

  const log = new Map(observed.log.map((row) => [row.id, row]));
  for (const { id, row } of before) {
    if (log.get(id)?.row !== row) wrong.push(`The final state of ${id} was overwritten.`);
  }
  for (const { id, attempt, lost } of [...observed.queue, ...observed.inflight]) {
    if (attempt < 1 || attempt > life.MOST_ATTEMPTS) wrong.push(`${id} is at attempt ${attempt}.`);
    if (lost >= life.MOST_LOST_LEASES) wrong.push(`${id} lost ${lost} leases and goes on.`);
  }
  for (const { id, attempt_count } of observed.log) {
    if (attempt_count > life.MOST_ATTEMPTS) wrong.push(`${id} had ${attempt_count} attempts.`);
  }
  for (const { id, numbers } of observed.attempts) {
    const isCounted = numbers.every((number, index) => number === index + 1);
    if (!isCounted) wrong.push(`The attempts of ${id} are ${String(numbers)}.`);
  }
  for (const { id, event_id, webhook_id, tenant_no } of observed.deliveries) {
    const event = ground.world.events[ground.ids.events.indexOf(event_id)];
    const webhook = ground.world.webhooks[ground.ids.webhooks.indexOf(webhook_id)];
    const own = ground.tenantNos.indexOf(tenant_no);
    if (event?.tenant !== own || webhook?.tenant !== own) wrong.push(`${id} crosses tenants.`);
  }
  return wrong;
}
