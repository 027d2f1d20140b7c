import { publishInTransaction, viaPg } from '@sydx/sdk';
import { transaction } from './database.ts';
import { tenantId } from './events.ts';

interface Lead {
  id: number;
  name: string;
  phone: string;
  email: string;
  campaign: string;
}

/** Somebody filled in the form on the CRM's site. */
export async function captureLead(form: Omit<Lead, 'id'>): Promise<void> {
  const phone = form.phone.replaceAll(/\D/g, '');
  await transaction(async (client) => {
    const { rows } = await client.query<{ id: number }>(
      'insert into crm.leads (name, phone, email, campaign) values ($1, $2, $3, $4) returning id',
      [form.name, phone, form.email, form.campaign],
    );
    await publishInTransaction(viaPg(client), {
      tenantId,
      type: 'lead.captured',
      data: { ...form, phone, source: 'web_form', leadId: rows[0]?.id },
    });
  });
}

/** @throws Error when there is no such lead or agent; then nothing is published either */
export async function assignLead(leadId: number, agentId: number): Promise<void> {
  await transaction(async (client) => {
    const leads = await client.query<Lead>(
      `update crm.leads set agent_id = $2 where id = $1
       returning id, name, phone, email, campaign`,
      [leadId, agentId],
    );
    const agents = await client.query<{ id: number; name: string; email: string }>(
      'select id, name, email from crm.agents where id = $1',
      [agentId],
    );
    const [lead] = leads.rows;
    const [agent] = agents.rows;
    if (lead === undefined || agent === undefined)
      throw new Error('No such lead, or no such agent.');
    await publishInTransaction(viaPg(client), {
      tenantId,
      type: 'lead.assigned',
      data: { lead, agent },
    });
  });
}
