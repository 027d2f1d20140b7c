import type { FastifyRequest } from 'fastify';
import { principalOf } from '../../auth/access.ts';
import { holds } from '../../auth/principal.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Settings } from '../../base/settings.ts';

/** @throws ProblemError inbox_off */
export function refuseWhenOff({ inbox }: Pick<Settings, 'inbox'>): void {
  if (!inbox) throw new ProblemError('inbox_off');
}

/** Whether the caller sees URLs and signatures whole: who may change webhooks does. */
export function seesCredentials(request: FastifyRequest): boolean {
  return holds(principalOf(request), 'webhooks:admin');
}
