import { CreateSource, LIMITS, PageQuery, PatchSource, Source, SourcePage } from '@sydx/contract';
import type { FastifyRequest } from 'fastify';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { ProblemError } from '../../base/problem.ts';
import { openSourceSecrets, sealSourceSecrets } from '../../signing/source-secrets.ts';
import {
  changeSource,
  createSource,
  deleteSource,
  findSource,
  listSources,
} from '../../store/sources.ts';
import { answers, IdParams, NOTHING } from '../answers.ts';
import type { ApiContext, RegisterRoutes } from '../context.ts';
import { knownId } from '../owned.ts';
import { pageOfRows, readCursor } from '../page.ts';
import { presentSource } from './presenter.ts';
import {
  changeShown,
  checkRoutes,
  checkTogether,
  kindOf,
  readSettingsPatch,
  splitSettings,
} from './settings.ts';

const LIST = 'sources';
const tags = ['Sources'];
/** An operator's key without Sydx-Tenant works on the operator's own sources. */
const access = requires('webhooks:admin', { tenant: 'optional' });

/** Whose sources the request is about; null: the operator's. */
function ownerOf(request: FastifyRequest): number | null {
  return request.actingTenant?.no ?? null;
}

export const registerSources: RegisterRoutes = (app, context) => {
  const { database, keyring, publicUrl } = context;
  const pool = database.general;

  app.post(
    '/v1/sources',
    {
      ...access,
      schema: {
        tags,
        operationId: 'createSource',
        summary: 'Create a source; enter its url at the sending side',
        description:
          "Secrets in settings are write-only. An operator's key without Sydx-Tenant creates a " +
          'source that routes ids of the sending side to tenants.',
        body: CreateSource,
        response: answers({ 201: Source }),
      },
    },
    async (request, reply) => {
      const tenantNo = ownerOf(request);
      const { kind, name, settings } = request.body;
      const { shown, secrets } = splitSettings(kind, settings);
      checkTogether(kind, shown);
      await checkRoutes(database, kind, tenantNo, shown);
      const seal = (id: string) => sealSourceSecrets(keyring, id, secrets);
      const source = { tenantNo, kind, name, settings: shown, seal };
      const row = await createSource(pool, source, LIMITS.sourcesPerTenant, actorOf(request));
      if (row === null) throw new ProblemError('source_limit');
      return reply.code(201).send(presentSource(row, publicUrl()));
    },
  );

  app.get(
    '/v1/sources',
    {
      ...access,
      schema: {
        tags,
        operationId: 'listSources',
        summary: 'List sources, newest first',
        querystring: PageQuery,
        response: answers({ 200: SourcePage }),
      },
    },
    async (request) => {
      const { query } = request;
      const before = readCursor(LIST, query);
      const rows = await listSources(pool, ownerOf(request), query.limit + 1, before);
      const present = (row: (typeof rows)[number]) => presentSource(row, publicUrl());
      return pageOfRows(LIST, query, rows, (row) => row.id, present);
    },
  );

  app.get(
    '/v1/sources/:id',
    {
      ...access,
      schema: {
        tags,
        operationId: 'getSource',
        summary: 'Read a source',
        params: IdParams,
        response: answers({ 200: Source }),
      },
    },
    async (request) => {
      const row = await findSource(pool, ownerOf(request), knownId('src', request.params.id));
      if (row === null) throw new ProblemError('not_found');
      return presentSource(row, publicUrl());
    },
  );

  app.patch(
    '/v1/sources/:id',
    {
      ...access,
      schema: {
        tags,
        operationId: 'changeSource',
        summary: 'Change name or settings; settings that are left out stay',
        description: 'A setting that need not be there is taken away by null.',
        params: IdParams,
        body: PatchSource,
        response: answers({ 200: Source }),
      },
    },
    async (request) => {
      const tenantNo = ownerOf(request);
      const id = knownId('src', request.params.id);
      const change = await readChange(context, tenantNo, id, request.body);
      const row = await changeSource(pool, tenantNo, id, change, actorOf(request));
      if (row === null) throw new ProblemError('not_found');
      return presentSource(row, publicUrl());
    },
  );

  app.delete(
    '/v1/sources/:id',
    {
      ...access,
      schema: {
        tags,
        operationId: 'deleteSource',
        summary: 'Delete a source with its secrets; its url answers 404 from now on',
        params: IdParams,
        response: answers({ 204: NOTHING }),
      },
    },
    async (request, reply) => {
      const id = knownId('src', request.params.id);
      const isDeleted = await deleteSource(pool, ownerOf(request), id, actorOf(request));
      if (!isDeleted) throw new ProblemError('not_found');
      return reply.code(204).send(null);
    },
  );
};

type Decide = Parameters<typeof changeSource>[3];

/**
 * Judges a PATCH before the row is locked: of what it is judged by, the kind, nothing changes.
 *
 * @throws ProblemError invalid_body, not_found
 */
async function readChange(
  { database, keyring }: ApiContext,
  tenantNo: number | null,
  id: string,
  { name, settings }: PatchSource,
): Promise<Decide> {
  if (name === undefined && settings === undefined) {
    throw new ProblemError('invalid_body', {
      detail: 'Send at least one of name and settings.',
      errors: [{ pointer: '', detail: 'must hold at least one field' }],
    });
  }
  if (settings === undefined) return () => ({ name });
  const stored = await findSource(database.general, tenantNo, id);
  if (stored === null) throw new ProblemError('not_found');
  const kind = kindOf(stored);
  const given = splitSettings(kind, readSettingsPatch(kind, settings));
  await checkRoutes(database, kind, tenantNo, changeShown(stored.settings, given.shown));
  return (source, sealed) => {
    const secrets = { ...openSourceSecrets(keyring, id, sealed), ...given.secrets };
    const shown = changeShown(source.settings, given.shown);
    checkTogether(kind, shown);
    return {
      name,
      settings: shown,
      secrets: sealSourceSecrets(keyring, id, secrets),
      secretNames: Object.keys(given.secrets),
    };
  };
}
