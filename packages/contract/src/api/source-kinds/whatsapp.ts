import { z } from 'zod';
import { tenantId } from '../fields.ts';
import { defineSourceKind, leadFields, metaId, metaIds, sourceSecret } from './kind.ts';

/** Notifications of the WhatsApp Cloud API, signed with the Meta app's secret. */
export const whatsappKind = defineSourceKind(
  'Whatsapp',
  { verifyToken: sourceSecret, appSecret: sourceSecret },
  {
    /** Notifications about other numbers publish nothing; absent, all do. */
    phoneNumberIds: metaIds.optional(),
    /** Which answer of a flow fills which field of lead.captured; absent, flows make no leads. */
    leadFields: leadFields.optional(),
    /** For an operator's source: phone number id → tenant, as one app posts all to one URL. */
    routes: z.record(metaId, tenantId).optional(),
  },
);
