import type { SourceOf } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { ProblemError } from '../../../api/problem-error.ts';

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

const META_ID = /^[0-9]{1,32}$/;

/** @param source null for one that is to be created */
export function useWhatsappForm(
  initialValues: WhatsappValues,
  source: WhatsappSource | null,
): WhatsappForm {
  return useForm<WhatsappValues>({
    initialValues,
    validate: {
      name: (value) => (value.trim() === '' ? 'Give it a name to find it by.' : null),
      appSecret: (value) =>
        source === null && value.trim() === '' ? 'Paste the app secret of your Meta app.' : null,
      verifyToken: (value) =>
        source === null && value.trim() === '' ? 'Enter a token, or generate one.' : null,
      phoneNumberIds: numbersProblem,
    },
  });
}

function numbersProblem(ids: readonly string[]): string | null {
  const strange = ids.find((id) => !META_ID.test(id));
  return strange === undefined
    ? null
    : `“${strange}” is no phone number ID. It is a string of digits that Meta shows, not the number itself.`;
}

export function leadFieldsOf(values: WhatsappValues): Record<string, string> {
  const fields = {
    name: values.leadName,
    phone: values.leadPhone,
    email: values.leadEmail,
    campaign: values.leadCampaign,
  };
  return Object.fromEntries(
    Object.entries(fields)
      .map(([field, answer]) => [field, answer.trim()] as const)
      .filter(([, answer]) => answer !== ''),
  );
}

/** The problem's sentences at the fields: `/settings/appSecret` and `/name` become field names. */
export function whatsappProblems(error: unknown): Partial<Record<keyof WhatsappValues, string>> {
  if (!(error instanceof ProblemError)) return {};
  return Object.fromEntries(
    error.errors.map(({ pointer, detail }) => {
      const [, first = '', second = '', third = ''] = pointer.split('/');
      const lead = `lead${third.charAt(0).toUpperCase()}${third.slice(1)}`;
      const setting = second === 'leadFields' ? lead : second;
      return [first === 'settings' ? setting : first, `This ${detail}.`];
    }),
  );
}
