import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

// Types of the CRM's own: the event takes them as they are.
interface Lead {
  id: string;
  name: string;
  phone: string;
  source: string;
}

interface Agent {
  id: string;
  name: string;
  email: string;
}

async function assignLead(lead: Lead, agent: Agent, assignedAt: Date): Promise<string> {
  const { id } = await publisher.publish({
    type: 'lead.assigned',
    timestamp: assignedAt,
    // A lead may be assigned to the same agent again, later: that is another event.
    idempotencyKey: `assigned-${lead.id}-${agent.id}-${assignedAt.toISOString()}`,
    data: { lead, agent },
  });
  return id;
}

const eventId = await assignLead(
  { id: '4711', name: 'Priya Sharma', phone: '919812345678', source: 'facebook_ad' },
  { id: '12', name: 'Rahul Verma', email: 'rahul@example.com' },
  new Date(),
);
console.log(eventId);
