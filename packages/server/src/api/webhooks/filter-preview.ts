import {
  compileFilter,
  FilterPreview,
  type FilterTest,
  LIMITS,
  PreviewFilter,
} from '@sydx/contract';
import { requires, tenantOf, WITH_PORTAL } from '../../auth/access.ts';
import { formatId, timeOfId } from '../../base/ids.ts';
import { readDeliveredBody } from '../../exact/index.ts';
import { type EventRow, recentEvents } from '../../store/events.ts';
import { answers } from '../answers.ts';
import type { RegisterRoutes } from '../context.ts';

/** Tries a filter on what came in lately, before anybody saves it. Changes nothing. */
export const registerFilterPreview: RegisterRoutes = (app, { database }) => {
  app.post(
    '/v1/filter-preview',
    {
      ...requires('deliveries:read', WITH_PORTAL),
      schema: {
        tags: ['Webhooks'],
        operationId: 'previewFilter',
        summary: 'Try a filter on recent events: which of them would pass',
        description:
          `The last ${LIMITS.filterPreviewEvents} events of the types, looked for among the newest ` +
          '10,000 of the tenant. Nothing is changed.',
        body: PreviewFilter,
        response: answers({ 200: FilterPreview }),
      },
    },
    async (request) => {
      const { filter, events } = request.body;
      const { no } = tenantOf(request);
      const most = LIMITS.filterPreviewEvents;
      const rows = await recentEvents(database.general, no, events, most);
      const test = compileFilter(filter);
      const data = rows.map((row) => presentTried(row, test));
      return { matched: data.filter(({ matches }) => matches).length, data };
    },
  );
};

function presentTried({ id, type, body }: EventRow, test: FilterTest) {
  const { data } = readDeliveredBody(body);
  return {
    id: formatId('evt', id),
    type,
    createdAt: new Date(timeOfId(id)).toISOString(),
    matches: test(data),
    data: { ...data },
  };
}
