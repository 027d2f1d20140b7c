import { randomUUID } from 'node:crypto';
import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

/** What somebody typed into a form on your own site. */
interface Submission {
  id: string;
  fullName: string;
  phone: string;
  email: string;
  campaign: string;
  /** Any question of yours. */
  answers: Record<string, string>;
}

async function tellLeadCaptured(submission: Submission): Promise<string> {
  const { id } = await publisher.publish({
    type: 'lead.captured',
    idempotencyKey: `lead-${submission.id}`,
    data: {
      name: submission.fullName,
      phone: submission.phone.replaceAll(/\D/g, ''),
      email: submission.email,
      source: 'web_form',
      campaign: submission.campaign,
      // Fields of your own reach the receivers unchanged.
      answers: submission.answers,
    },
  });
  return id;
}

const eventId = await tellLeadCaptured({
  id: randomUUID(),
  fullName: 'Priya Sharma',
  phone: '+91 98123 45678',
  email: 'priya.sharma@example.com',
  campaign: 'Diwali Offer',
  answers: { budget: '50,000', city: 'Pune' },
});
console.log(eventId);
