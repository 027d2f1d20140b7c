import type { SourceOf } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { fieldProblems } from '../../../api/problem-error.ts';
import { filled } from '../filled.ts';
import { metaAppRules, metaIdsRule } from '../rules.ts';

export type WhatsappSource = SourceOf<'whatsapp'>;

export interface WhatsappValues {
  name: string;
  /** Of an existing source, empty stands for: stays as it is. */
  appSecret: string;
  verifyToken: string;
  phoneNumberIds: string[];
  leadName: string;
  leadPhone: string;
  leadEmail: string;
  leadCampaign: string;
}

export type WhatsappForm = UseFormReturnType<WhatsappValues>;

/** @param isExisting its secrets may stay empty */
export function useWhatsappForm(initialValues: WhatsappValues, isExisting: boolean): WhatsappForm {
  return useForm<WhatsappValues>({
    initialValues,
    validate: {
      ...metaAppRules(isExisting),
      phoneNumberIds: metaIdsRule(
        (strange) =>
          `“${strange}” is no phone number ID. It is a string of digits that Meta shows, not the number itself.`,
      ),
    },
  });
}

export function leadFieldsOf(values: WhatsappValues): Record<string, string> {
  return filled({
    name: values.leadName,
    phone: values.leadPhone,
    email: values.leadEmail,
    campaign: values.leadCampaign,
  });
}

/** The problem's sentences at the fields: `/settings/appSecret` and `/name` become field names. */
export function whatsappProblems(error: unknown): Record<string, string> {
  return fieldProblems(error, (pointer) => {
    const [, first = '', second = '', third = ''] = pointer.split('/');
    if (first !== 'settings') return first;
    return second === 'leadFields'
      ? `lead${third.charAt(0).toUpperCase()}${third.slice(1)}`
      : second;
  });
}
