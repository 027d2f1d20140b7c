import { createHmac } from 'node:crypto';
import type { AttemptResult, Transport } from '../../engine/ports.ts';
import { judgeAnswer, type Verdict } from './verdict.ts';

/** The version of the Graph API that this was written for. Meta keeps one for two years and more. */
const VERSION = 'v25.0';

/** What we ask for. A token that may not see ads is refused these, and asks for the default ones. */
const FIELDS = [
  'id',
  'created_time',
  'field_data',
  'form_id',
  'ad_id',
  'ad_name',
  'adset_id',
  'adset_name',
  'campaign_id',
  'campaign_name',
  'platform',
  'is_organic',
  'custom_disclaimer_responses',
];

/** Meta's Graph API, as far as leads need it. */
export interface Graph {
  fetchLead(leadgenId: string, access: GraphAccess): Promise<Verdict>;
}

export interface GraphAccess {
  readonly pageAccessToken: string;
  readonly appSecret: string;
}

/**
 * @param graphUrl META_GRAPH_URL: without a version ours is asked for
 * @param transport judges addresses, keeps one deadline and bounds the answer; never rejects
 */
export function createGraph(graphUrl: string, transport: Pick<Transport, 'send'>): Graph {
  const base = /\/v\d+\.\d+$/.test(graphUrl) ? graphUrl : `${graphUrl}/${VERSION}`;

  function get(path: string, token: string): Promise<AttemptResult> {
    // In a header, since addresses end up in logs on the way.
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    return transport.send({ method: 'GET', url: `${base}/${path}`, headers, body: '' });
  }

  async function ask(leadgenId: string, access: GraphAccess, fields: string): Promise<Verdict> {
    const token = access.pageAccessToken;
    const path = `${leadgenId}?${fields}`;
    const verdict = judgeAnswer(await get(path, token), token);
    if (verdict.kind !== 'proof_required') return verdict;
    return judgeAnswer(await get(`${path}&appsecret_proof=${proofOf(access)}`, token), token);
  }

  return {
    async fetchLead(leadgenId, access) {
      const verdict = await ask(leadgenId, access, `fields=${FIELDS.join(',')}`);
      const mayBeForAds = verdict.kind === 'refused' || verdict.kind === 'not_found';
      // Better a lead without its campaign's name than none.
      return mayBeForAds ? await ask(leadgenId, access, '') : verdict;
    },
  };
}

/** What apps that require the app secret want to see with a token: its HMAC-SHA256, in hex. */
function proofOf({ pageAccessToken, appSecret }: GraphAccess): string {
  return createHmac('sha256', appSecret).update(pageAccessToken).digest('hex');
}
