import {
  CreateTenant,
  PageQuery,
  PatchTenant,
  TENANT_ID,
  Tenant,
  type Tenant as TenantView,
  TenantPage,
} from '@sydx/contract';
import { z } from 'zod';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  findTenant,
  insertTenant,
  listTenants,
  newTenantId,
  type TenantRow,
  updateTenant,
} from '../../store/tenants.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { pageOfRows, readCursor } from '../page.ts';

const tags = ['Tenants'];
const TenantParams = z.object({ id: z.string() });

/** An id that cannot be is unknown, and never reaches PostgreSQL, which refuses a NUL. */
const isTenantId = (id: string): boolean => TENANT_ID.test(id);

/**
 * CRM accounts, for the operator alone. There is no DELETE: a tenant's events and log would have to
 * go with it, which retention does in its own time; setting another plan ends its use at once.
 */
export const registerTenants: RegisterRoutes = (app, { database, auth }) => {
  const pool = database.general;

  app.post(
    '/v1/tenants',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'createTenant',
        summary: "Create a tenant under the CRM's own id or a generated one",
        body: CreateTenant,
        response: answers({ 201: Tenant }),
      },
    },
    async (request, reply) => {
      const id = request.body.id ?? (await newTenantId(pool));
      const { name = id, plan } = request.body;
      const row = await insertTenant(pool, { id, name, plan }, actorOf(request));
      if (row === null) {
        throw new ProblemError('conflict', {
          detail: `There is a tenant ${id} already.`,
          errors: [{ pointer: '/id', detail: 'is taken' }],
        });
      }
      return reply.code(201).send(presentTenant(row));
    },
  );

  app.get(
    '/v1/tenants',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'listTenants',
        summary: 'List tenants, newest first',
        querystring: PageQuery,
        response: answers({ 200: TenantPage }),
      },
    },
    async ({ query }) => {
      const rows = await listTenants(pool, query.limit + 1, readCursor('tenants', query));
      return pageOfRows('tenants', query, rows, (row) => String(row.no), presentTenant);
    },
  );

  app.get(
    '/v1/tenants/:id',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'getTenant',
        summary: 'Read a tenant',
        params: TenantParams,
        response: answers({ 200: Tenant }),
      },
    },
    async ({ params }) => {
      const row = isTenantId(params.id) ? await findTenant(pool, params.id) : null;
      if (row === null) throw new ProblemError('not_found');
      return presentTenant(row);
    },
  );

  app.patch(
    '/v1/tenants/:id',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'changeTenant',
        summary: 'Change the name or the plan; any plan but pro ends the use of webhooks',
        params: TenantParams,
        body: PatchTenant,
        response: answers({ 200: Tenant }),
      },
    },
    async (request) => {
      const { params, body } = request;
      if (Object.keys(body).length === 0) {
        throw new ProblemError('invalid_body', {
          detail: 'Send at least one of name and plan.',
          errors: [{ pointer: '', detail: 'must hold at least one field' }],
        });
      }
      const row = isTenantId(params.id)
        ? await updateTenant(pool, params.id, body, actorOf(request))
        : null;
      if (row === null) throw new ProblemError('not_found');
      auth.forget();
      return presentTenant(row);
    },
  );
};

function presentTenant({ id, name, plan, created_at }: TenantRow): TenantView {
  return { id, name, plan, createdAt: created_at.toISOString() };
}
