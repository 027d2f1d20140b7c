import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

type Outcome = 'delivered' | 'read' | 'failed';

/** Call it when the last message of the campaign has its outcome. */
async function tellCampaignCompleted(
  campaign: { id: string; name: string },
  outcomes: readonly Outcome[],
): Promise<string> {
  const failed = outcomes.filter((outcome) => outcome === 'failed').length;
  const { id } = await publisher.publish({
    type: 'campaign.completed',
    // Two workers that both see the last outcome publish one event.
    idempotencyKey: `campaign-${campaign.id}-completed`,
    data: { name: campaign.name, stats: { success: outcomes.length - failed, failed } },
  });
  return id;
}

const campaign = { id: randomUUID(), name: 'Diwali Offer' };
const outcomes: Outcome[] = ['delivered', 'read', 'failed', 'delivered'];
const [first, second] = await Promise.all([
  tellCampaignCompleted(campaign, outcomes),
  tellCampaignCompleted(campaign, outcomes),
]);
console.log(first);
if (first !== second) throw new Error('One campaign was completed twice.');
