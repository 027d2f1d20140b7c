import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { sendCampaign } from './campaigns.ts';
import { editContact, receiveMessage } from './contacts.ts';
import { completeFlow } from './flows.ts';
import { homePage } from './home.ts';
import { escape, page } from './html.ts';
import { assignLead, captureLead } from './leads.ts';
import { sendMessage } from './messages.ts';

/** What a form posted; a field that is missing is empty. */
type Fields = (name: string) => string;

const actions: Record<string, (field: Fields) => Promise<void>> = {
  '/leads': (field) =>
    captureLead({
      name: field('name'),
      phone: field('phone'),
      email: field('email'),
      campaign: field('campaign'),
    }),
  '/leads/assign': (field) => assignLead(Number(field('lead')), Number(field('agent'))),
  '/contacts/edit': (field) =>
    editContact(field('contact'), {
      name: field('name'),
      tags: field('tags')
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    }),
  '/messages/receive': (field) =>
    receiveMessage({
      id: field('id') || `wamid.${randomUUID()}`,
      from: field('from'),
      name: field('name'),
      body: field('body'),
    }),
  '/messages/send': (field) => sendMessage(field('contact'), field('body')),
  '/campaigns/send': (field) => sendCampaign(field('name'), field('text')),
  '/flows/complete': (field) =>
    completeFlow(field('contact'), field('flow'), { date: field('date') }),
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  if (request.method === 'GET' && path === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(await homePage());
    return;
  }
  const action = request.method === 'POST' ? actions[path] : undefined;
  if (action === undefined) {
    response.writeHead(404).end('There is nothing here.');
    return;
  }
  const form = new URLSearchParams(await text(request));
  await action((name) => form.get(name) ?? '');
  response.writeHead(303, { location: '/' }).end();
}

/** The CRM, for one person at this machine: it has no sign-in. */
export function createCrm(): Server {
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page('That did not work', `<p>${escape(error)}</p><a href="/">Back</a>`));
    });
  });
}
