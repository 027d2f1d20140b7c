import { LIMITS, type SourceOf, type SourceSettings } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { fieldProblems } from '../../../api/problem-error.ts';
import { filled } from '../filled.ts';
import { nameRule } from '../rules.ts';
import { isOrigin } from './origins.ts';

export interface FormSourceValues {
  name: string;
  allowedOrigins: string[];
  fieldName: string;
  fieldPhone: string;
  fieldEmail: string;
  fieldCampaign: string;
  redirectUrl: string;
  honeypot: string;
  /** Empty stands for the usual. */
  perMinute: number | '';
  perNetworkPerMinute: number | '';
}

export type FormSourceForm = UseFormReturnType<FormSourceValues>;

/** The usual names, which most forms have. */
export const NEW_FORM_SOURCE: FormSourceValues = {
  name: '',
  allowedOrigins: [],
  fieldName: 'name',
  fieldPhone: 'phone',
  fieldEmail: 'email',
  fieldCampaign: 'campaign',
  redirectUrl: '',
  honeypot: '',
  perMinute: '',
  perNetworkPerMinute: '',
};

export function useFormSourceForm(initialValues: FormSourceValues): FormSourceForm {
  return useForm<FormSourceValues>({
    initialValues,
    validate: {
      name: nameRule,
      allowedOrigins: (origins) => {
        if (origins.length === 0) return 'Say which site the form is on.';
        const strange = origins.find((origin) => !isOrigin(origin));
        return strange === undefined ? null : `“${strange}” is not the address of a site.`;
      },
      fieldName: (_value, { fieldName, fieldPhone, fieldEmail }) =>
        `${fieldName}${fieldPhone}${fieldEmail}`.trim() === ''
          ? 'Say which field is the name, the phone or the email.'
          : null,
    },
  });
}

export function valuesOf({ name, settings }: SourceOf<'form'>): FormSourceValues {
  const { allowedOrigins, fields, redirectUrl = '', honeypot = '', limits = {} } = settings;
  return {
    name,
    allowedOrigins,
    fieldName: fields.name ?? '',
    fieldPhone: fields.phone ?? '',
    fieldEmail: fields.email ?? '',
    fieldCampaign: fields.campaign ?? '',
    redirectUrl,
    honeypot,
    perMinute: limits.perMinute ?? '',
    perNetworkPerMinute: limits.perNetworkPerMinute ?? '',
  };
}

export function settingsOf(values: FormSourceValues): SourceSettings<'form'> {
  const { allowedOrigins } = values;
  const fields = filled({
    name: values.fieldName,
    phone: values.fieldPhone,
    email: values.fieldEmail,
    campaign: values.fieldCampaign,
  });
  const limits = filled({
    perMinute: values.perMinute,
    perNetworkPerMinute: values.perNetworkPerMinute,
  });
  return {
    allowedOrigins,
    fields,
    ...filled({ redirectUrl: values.redirectUrl, honeypot: values.honeypot }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

const FIELDS: Readonly<Record<string, keyof FormSourceValues>> = {
  '/name': 'name',
  '/settings/allowedOrigins': 'allowedOrigins',
  '/settings/fields': 'fieldName',
  '/settings/fields/name': 'fieldName',
  '/settings/fields/phone': 'fieldPhone',
  '/settings/fields/email': 'fieldEmail',
  '/settings/fields/campaign': 'fieldCampaign',
  '/settings/redirectUrl': 'redirectUrl',
  '/settings/honeypot': 'honeypot',
  '/settings/limits/perMinute': 'perMinute',
  '/settings/limits/perNetworkPerMinute': 'perNetworkPerMinute',
};

/** The problem's sentences at the fields; what has no field here is left to the note below them. */
export function formProblems(error: unknown): Record<string, string> {
  return fieldProblems(error, (pointer) => FIELDS[pointer.replace(/\/\d+$/, '')]);
}

export const USUAL_LIMITS = {
  perMinute: LIMITS.submissionsPerMinute,
  perNetworkPerMinute: LIMITS.submissionsPerNetworkPerMinute,
} as const;
