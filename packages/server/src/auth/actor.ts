import type { FastifyRequest } from 'fastify';
import { addressOf } from '../base/network.ts';
import type { Actor } from '../store/audit-log.ts';
import { principalOf } from './access.ts';

/** Whoever makes a request, as the audit log names them. @throws Error on a route that asks for nobody */
export function actorOf(request: FastifyRequest): Actor {
  const principal = principalOf(request);
  const address = addressOf(request);
  if (principal.kind === 'person') return { kind: 'person', id: principal.personId, address };
  if (principal.kind === 'portal') return { kind: 'portal_link', id: principal.linkId, address };
  const kind = principal.tenant === null ? 'operator' : 'api_key';
  return { kind, id: principal.keyId, address };
}
