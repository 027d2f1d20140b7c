import { query } from './database.ts';
import { escape, form, page, select } from './html.ts';

/** All there is to see and to do, on one page. */
export async function homePage(): Promise<string> {
  const leads = await query<{ id: number; name: string; phone: string; agent: string | null }>(
    `select leads.id, leads.name, leads.phone, agents.name as agent
     from crm.leads left join crm.agents on agents.id = agent_id order by leads.id`,
  );
  const agents = await query<{ id: number; name: string }>('select id, name from crm.agents');
  const contacts = await query<{ wa_id: string; name: string; tags: string[] }>(
    'select wa_id, name, tags from crm.contacts order by wa_id',
  );
  const messages = await query<{ wa_id: string; direction: string; body: string }>(
    'select wa_id, direction, body from crm.messages order by at desc limit 20',
  );
  const campaigns = await query<{ name: string; success: number | null; failed: number | null }>(
    'select name, success, failed from crm.campaigns order by id',
  );
  const agent = select(
    'agent',
    agents.map(({ id, name }) => ({ value: id, label: name })),
  );
  const whom = select(
    'contact',
    contacts.map(({ wa_id, name }) => ({ value: wa_id, label: name })),
  );
  return page(
    'Tiny CRM',
    `<h2>Leads</h2>
${form('/leads', 'Capture', { name: 'Priya Sharma', phone: '+91 98123 45678', email: 'priya@example.com', campaign: 'Diwali Offer' })}
${leads
  .map(
    ({ id, name, phone, agent: owner }) =>
      `<p>${escape(name)}, ${escape(phone)}: ${escape(owner ?? 'nobody')}</p>${form('/leads/assign', 'Assign', { lead: `=${id}`, agent })}`,
  )
  .join('\n')}
<h2>Contacts</h2>
${contacts.map(({ wa_id, name, tags }) => `<p>${escape(wa_id)}</p>${form('/contacts/edit', 'Save', { contact: `=${wa_id}`, name, tags: `?${tags.join(', ')}` })}`).join('\n')}
<h2>Messages</h2>
${form('/messages/receive', 'A customer writes', { from: '+91 98765 43210', name: 'John Doe', body: 'Hello!' })}
${form('/messages/send', 'Answer', { contact: whom, body: 'Thank you.' })}
<ul>${messages.map(({ wa_id, direction, body }) => `<li>${direction === 'in' ? 'from' : 'to'} ${escape(wa_id)}: ${escape(body)}</li>`).join('')}</ul>
<h2>Campaigns</h2>
${form('/campaigns/send', 'Send to all contacts', { name: 'Diwali Offer', text: 'Twenty per cent off.' })}
<ul>${campaigns.map(({ name, success, failed }) => `<li>${escape(name)}: ${success ?? '…'} delivered, ${failed ?? '…'} failed</li>`).join('')}</ul>
<h2>Flows</h2>
${form('/flows/complete', 'Complete a flow', { contact: whom, flow: 'Appointment booking', date: '2026-03-28' })}`,
  );
}
