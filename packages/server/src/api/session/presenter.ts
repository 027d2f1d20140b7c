import type { Session } from '@sydx/contract';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Database } from '../../store/database.ts';
import { tenantsOfPerson } from '../../store/people.ts';
import { readSession } from '../../store/sessions.ts';

/**
 * What a session says of itself, straight from the tables: a switch or a new role shows at once.
 *
 * @param id decimal
 * @throws ProblemError session_ended when it ended a moment ago
 */
export async function presentSession({ general }: Database, id: string): Promise<Session> {
  const session = await readSession(general, id);
  if (session === null) throw new ProblemError('session_ended');
  const { person } = session;
  const all =
    person === null
      ? [{ ...session.tenant, role: 'admin' as const }]
      : await tenantsOfPerson(general, person.id);
  const tenants = all.map(({ no, id: tenantId, name, plan, role }) => ({
    isPresent: no === session.tenant.no,
    view: { id: tenantId, name, plan, role },
  }));
  const present = tenants.find(({ isPresent }) => isPresent)?.view;
  if (present === undefined) throw new ProblemError('session_ended');
  const { role, ...tenant } = present;
  return {
    kind: session.kind,
    person: person === null ? null : { ...person, id: formatId('per', person.id) },
    tenant,
    role,
    tenants: tenants.map(({ view }) => view),
    expiresAt: session.expires_at.toISOString(),
  };
}
