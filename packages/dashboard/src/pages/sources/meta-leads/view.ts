import { Megaphone } from 'lucide-react';
import { plural } from '../../../ui/figures.ts';
import type { KindView } from '../kind-view.ts';
import { LeadFetchingStatus } from './LeadFetchingStatus.tsx';
import { MetaLeadsCreateForm } from './MetaLeadsCreateForm.tsx';
import { MetaLeadsEditForm } from './MetaLeadsEditForm.tsx';
import { MetaLeadsSetup } from './MetaLeadsSetup.tsx';

export const metaLeadsView: KindView<'meta-leads'> = {
  label: 'Facebook Lead Ads',
  description: 'Leads from the instant forms of your ads on Facebook and Instagram.',
  icon: Megaphone,
  urlLabel: 'callback URL',
  setupLabel: 'Set-up steps',
  summary: ({ settings: { pageIds } }) =>
    pageIds === undefined ? 'every page of the app' : plural(pageIds.length, 'page'),
  setupTitle: (name) => `Connect “${name}” in Meta`,
  CreateForm: MetaLeadsCreateForm,
  EditForm: MetaLeadsEditForm,
  Setup: MetaLeadsSetup,
  Status: LeadFetchingStatus,
  deletion: [
    'Its URL answers 404. Leads that come meanwhile stay at Meta, so first enter another callback URL in the Meta app, or unsubscribe.',
    'Leads that wait to be fetched are forgotten.',
    'Its app secret, verify token and page access token are destroyed.',
  ],
};
