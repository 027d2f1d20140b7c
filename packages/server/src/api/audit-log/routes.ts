import { AuditLogPage, AuditLogQuery, type AuditObjectKind } from '@sydx/contract';
import { principalOf, requires, WITH_PORTAL } from '../../auth/access.ts';
import { idRange } from '../../store/id-range.ts';
import { listAuditLog } from '../../store/read-audit-log.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { readBounds } from '../time-filter.ts';
import { presentAuditEntry } from './presenter.ts';

const LIST = 'audit-log';

/** A portal reaches webhooks and logs alone, so it reads what was done to these and nothing else. */
const SHOWN_IN_PORTAL: readonly AuditObjectKind[] = ['webhook', 'delivery', 'replay'];

/** Who changed what: for admins of the tenant; the operator without Sydx-Tenant reads all of it. */
export const registerAuditLog: RegisterRoutes = (app, { database }) => {
  app.get(
    '/v1/audit-log',
    {
      ...requires('webhooks:admin', { ...WITH_PORTAL, tenant: 'optional' }),
      schema: {
        tags: ['Audit log'],
        operationId: 'listAuditLog',
        summary: 'Who changed what and when, newest first',
        description:
          'Every change by people, API keys, portals and the command line, with what it was before. ' +
          'Secrets never show and URLs are masked. A portal reads what was done to webhooks and ' +
          "deliveries; an operator's key without Sydx-Tenant reads all tenants.",
        querystring: AuditLogQuery,
        response: answers({ 200: AuditLogPage }),
      },
    },
    async (request) => {
      const { query } = request;
      const { fromMs, toMs } = readBounds(query);
      const isPortal = principalOf(request).kind === 'portal';
      const rows = await listAuditLog(database.general, {
        tenantNo: request.actingTenant?.no ?? null,
        range: idRange(fromMs, toMs, readCursor(LIST, query) ?? undefined),
        limit: query.limit + 1,
        objectKinds: isPortal ? SHOWN_IN_PORTAL : undefined,
        action: query.action,
        object: query.object,
        actor: query.actor,
      });
      return pageOfRows(LIST, query, rows, ({ id }) => id, presentAuditEntry);
    },
  );
};
