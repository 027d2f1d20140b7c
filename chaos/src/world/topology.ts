import type { Role } from './node.ts';

/** A webhook of the run, with a receiver of its own. */
export interface WebhookPlan {
  readonly name: string;
  readonly events: readonly string[];
  /** How long its receiver takes to answer, at most. What is under way when a node dies comes twice. */
  readonly slowMs: number;
  /** What may happen to it. */
  readonly moods: 'brief' | 'long' | 'until failed';
  readonly admin: readonly ('rotate' | 'switch' | 'replay')[];
}

/** Three deliveries of each event, whatever its type. */
export const WEBHOOKS: readonly WebhookPlan[] = [
  {
    name: 'steady',
    slowMs: 20,
    events: ['message.received', 'lead.captured', 'campaign.sent'],
    moods: 'brief',
    admin: [],
  },
  { name: 'rotated', slowMs: 50, events: ['message.received'], moods: 'brief', admin: ['rotate'] },
  {
    name: 'moody',
    slowMs: 1_000,
    events: ['message.received', 'lead.captured'],
    moods: 'long',
    admin: ['rotate', 'replay'],
  },
  { name: 'switched', slowMs: 50, events: ['campaign.sent'], moods: 'brief', admin: ['switch'] },
  { name: 'troubled', slowMs: 500, events: ['campaign.sent'], moods: 'long', admin: ['replay'] },
  {
    name: 'gone',
    slowMs: 200,
    events: ['lead.captured'],
    moods: 'until failed',
    admin: ['replay'],
  },
];

export const ROLES: readonly Role[] = ['api', 'worker', 'all', 'all'];

/** `api-1`, `all-3`: the place in the list tells nodes of one role apart. */
export function nodeName(role: Role, index: number): string {
  return `${role}-${index + 1}`;
}

/** All of 127.0.0.0/8 is this machine; the runner itself calls from 127.0.0.1. */
export function nodeAddress(index: number): string {
  return `127.0.0.${index + 11}`;
}
