import {
  ApiKey,
  type ApiKey as ApiKeyView,
  ApiKeyPage,
  CreateApiKey,
  CreatedApiKey,
  LIMITS,
  PageQuery,
  type Scope,
} from '@sydx/contract';
import { principalOf, requires, tenantOf } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { apiKeyHint, generateApiKey, hashApiKey } from '../../auth/api-key.ts';
import { holds, type Principal } from '../../auth/principal.ts';
import { formatId } from '../../base/ids.ts';
import { ProblemError } from '../../base/problem.ts';
import {
  type ApiKeyRow,
  findApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../store/api-keys.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';

const tags = ['API keys'];

/** Keys of a tenant. An operator's keys are made by settings and command line, not over HTTP. */
export const registerApiKeys: RegisterRoutes = (app, { database, auth, randomBytes }) => {
  const pool = database.general;

  app.post(
    '/v1/api-keys',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'createApiKey',
        summary: 'Create a key; it is shown in this answer only',
        body: CreateApiKey,
        response: answers({ 201: CreatedApiKey }),
      },
    },
    async (request, reply) => {
      const { name, scopes } = request.body;
      checkGrant(principalOf(request), scopes);
      const key = generateApiKey(randomBytes);
      const row = await insertApiKey(
        pool,
        {
          tenantNo: tenantOf(request).no,
          name,
          hash: hashApiKey(key),
          hint: apiKeyHint(key),
          scopes,
        },
        actorOf(request),
        LIMITS.apiKeysPerTenant,
      );
      if (row === null) throw new ProblemError('api_key_limit');
      return reply.code(201).send({ ...presentApiKey(row), key });
    },
  );

  app.get(
    '/v1/api-keys',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'listApiKeys',
        summary: 'List keys, newest first',
        querystring: PageQuery,
        response: answers({ 200: ApiKeyPage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor('api-keys', query);
      const rows = await listApiKeys(pool, tenantOf(request).no, query.limit + 1, before);
      return pageOfRows('api-keys', query, rows, (row) => row.id, presentApiKey);
    },
  );

  app.get(
    '/v1/api-keys/:id',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'getApiKey',
        summary: 'Read what is known of a key',
        params: IdParams,
        response: answers({ 200: ApiKey }),
      },
    },
    async (request) => {
      const row = await findApiKey(pool, tenantOf(request).no, knownId('key', request.params.id));
      if (row === null) throw new ProblemError('not_found');
      return presentApiKey(row);
    },
  );

  app.delete(
    '/v1/api-keys/:id',
    {
      ...requires('webhooks:admin'),
      schema: {
        tags,
        operationId: 'deleteApiKey',
        summary: 'Delete a key; it ends within a second on every node',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const isDeleted = await revokeApiKey(
        pool,
        tenantOf(request).no,
        knownId('key', request.params.id),
        actorOf(request),
      );
      if (!isDeleted) throw new ProblemError('not_found');
      auth.forget();
      return reply.code(204).send(null);
    },
  );
};

/** @throws ProblemError forbidden when the key would hold more than who makes it */
function checkGrant(principal: Principal, scopes: readonly Scope[]): void {
  const excess = scopes.filter((scope) => scope === 'operator' || !holds(principal, scope));
  if (excess.length === 0) return;
  throw new ProblemError('forbidden', {
    detail: `A key grants only scopes that it holds; this one cannot grant ${excess.join(', ')}.`,
    errors: excess.map((scope) => ({
      pointer: `/scopes/${scopes.indexOf(scope)}`,
      detail: 'cannot be granted by this key',
    })),
  });
}

function presentApiKey(row: ApiKeyRow): ApiKeyView {
  return {
    id: formatId('key', row.id),
    name: row.name,
    scopes: row.scopes,
    keyHint: row.hint,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
