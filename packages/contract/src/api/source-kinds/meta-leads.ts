import { z } from 'zod';
import { tenantId } from '../fields.ts';
import { defineSourceKind, metaId, metaIds, sourceSecret } from './kind.ts';

/** Leads of Meta's Lead Ads: notifications signed with the app secret, leads fetched with the token. */
export const metaLeadsKind = defineSourceKind(
  'MetaLeads',
  {
    verifyToken: sourceSecret,
    appSecret: sourceSecret,
    /** Of the page, or of a system user who may read the leads of all pages. */
    pageAccessToken: sourceSecret.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces'),
  },
  {
    /** Leads of other pages publish nothing; absent, all do. */
    pageIds: metaIds.optional(),
    /** For an operator's source: page id → tenant, as one app posts all to one URL. */
    routes: z.record(metaId, tenantId).optional(),
  },
);
