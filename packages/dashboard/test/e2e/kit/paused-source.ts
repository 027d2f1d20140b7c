import { parseId } from '../../../../server/src/base/ids.ts';
import type { Product } from './product.ts';

const SENTENCE =
  'Meta: Error validating access token: Session has expired on Friday, 01-Aug-25 05:00:00 PDT. (code 190, subcode 463)';

/** A source of Facebook Lead Ads whose token Meta refuses, with a lead that waits and one that failed. */
export async function makePausedSource(product: Product, name: string): Promise<void> {
  const { id } = await product.call<{ id: string }>('POST /v1/sources', {
    kind: 'meta-leads',
    name,
    settings: { appSecret: 'b'.repeat(32), verifyToken: 'verify-me', pageAccessToken: 'EAA0' },
  });
  const source = parseId('src', id);
  const { general } = product.app.database;
  // In this order: a source that is paused asks nobody.
  await general.query(
    `insert into sydx.meta_lead_fetching (source_id, paused_for, code, detail)
    select id, updated_at, 'token_refused', $2 from sydx.sources where id = $1`,
    [source, SENTENCE],
  );
  await general.query(
    `insert into sydx.meta_leads (source_id, tenant_no, leadgen_id, state, code, detail)
    select s.id, s.tenant_no, l.id, l.state, l.code, l.detail from sydx.sources s, (values
      ('233370042045345', 'waiting', 'token_refused', $2),
      ('233370042045346', 'failed', 'refused',
        'Meta: (#200) Requires leads_retrieval permission to manage the object (code 200)')
    ) as l(id, state, code, detail) where s.id = $1`,
    [source, SENTENCE],
  );
}
