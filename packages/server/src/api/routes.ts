import { registerApiKeys } from './api-keys/routes.ts';
import { registerAuditLog } from './audit-log/routes.ts';
import type { RegisterRoutes } from './context.ts';
import { registerDeliveries } from './deliveries/routes.ts';
import { registerErrorsPage } from './docs/errors-page.ts';
import { registerEventTypes } from './event-types/routes.ts';
import { registerEvents } from './events/routes.ts';
import { registerHealth } from './health/routes.ts';
import { registerInboxDoor } from './inboxes/door.ts';
import { registerInboxes } from './inboxes/routes.ts';
import { registerInvites } from './invites/routes.ts';
import { registerLinks } from './links/routes.ts';
import { registerResetLinks } from './members/reset-links.ts';
import { registerMembers } from './members/routes.ts';
import { registerPortal } from './portal/routes.ts';
import { registerRejectedEvents } from './rejected-events/routes.ts';
import { registerReplays } from './replays/routes.ts';
import { registerSecrets } from './secrets/routes.ts';
import { registerSession } from './session/routes.ts';
import { registerSourceLeads } from './sources/leads.ts';
import { registerSources } from './sources/routes.ts';
import { registerStats } from './stats/routes.ts';
import { registerTenants } from './tenants/routes.ts';
import { registerFilterPreview } from './webhooks/filter-preview.ts';
import { registerWebhookHealth } from './webhooks/health.ts';
import { registerWebhooks } from './webhooks/routes.ts';
import { registerTestAndRotate } from './webhooks/test-and-rotate.ts';

/** Every noun of the API. A new one is a folder and a line here. */
export const NOUNS: readonly RegisterRoutes[] = [
  registerEvents,
  registerEventTypes,
  registerWebhooks,
  registerTestAndRotate,
  registerFilterPreview,
  registerWebhookHealth,
  registerDeliveries,
  registerInboxes,
  registerInboxDoor,
  registerReplays,
  registerRejectedEvents,
  registerStats,
  registerSources,
  registerSourceLeads,
  registerApiKeys,
  registerAuditLog,
  registerSecrets,
  registerTenants,
  registerSession,
  registerLinks,
  registerMembers,
  registerInvites,
  registerResetLinks,
  registerPortal,
  registerHealth,
  registerErrorsPage,
];
