import { MessageCircle } from 'lucide-react';
import { plural } from '../../../ui/figures.ts';
import type { KindView } from '../kind-view.ts';
import { WhatsappCreateForm } from './WhatsappCreateForm.tsx';
import { WhatsappEditForm } from './WhatsappEditForm.tsx';
import { WhatsappSetup } from './WhatsappSetup.tsx';

export const whatsappView: KindView<'whatsapp'> = {
  label: 'WhatsApp',
  description: 'Messages, contacts and flows of a WhatsApp Business number.',
  icon: MessageCircle,
  urlLabel: 'callback URL',
  setupLabel: 'Set-up steps',
  summary: ({ settings: { phoneNumberIds } }) =>
    phoneNumberIds === undefined
      ? 'every number of the app'
      : plural(phoneNumberIds.length, 'number'),
  setupTitle: (name) => `Connect “${name}” in Meta`,
  CreateForm: WhatsappCreateForm,
  EditForm: WhatsappEditForm,
  Setup: WhatsappSetup,
  deletion: [
    'Its URL answers 404. What Meta sends there is lost, so first enter another callback URL in the Meta app, or unsubscribe.',
    'Its app secret and verify token are destroyed.',
  ],
};
