import { ANY_ORIGIN } from '@sydx/contract';
import { ClipboardList } from 'lucide-react';
import { plural } from '../../../ui/figures.ts';
import type { KindView } from '../kind-view.ts';
import { FormCreateForm } from './FormCreateForm.tsx';
import { FormEditForm } from './FormEditForm.tsx';
import { FormSetup } from './FormSetup.tsx';

export const formView: KindView<'form'> = {
  label: 'Web form',
  description: 'Leads from a form on your web site.',
  icon: ClipboardList,
  urlLabel: 'form URL',
  setupLabel: 'Form code',
  summary: ({ settings: { allowedOrigins } }) =>
    allowedOrigins.includes(ANY_ORIGIN) ? 'any site' : plural(allowedOrigins.length, 'site'),
  setupTitle: (name) => `Put “${name}” on your site`,
  CreateForm: FormCreateForm,
  EditForm: FormEditForm,
  Setup: FormSetup,
  deletion: ['Its URL answers 404: a form that still sends there loses what people wrote.'],
};
