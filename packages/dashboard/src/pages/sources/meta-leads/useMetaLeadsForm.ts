import type { SourceOf } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { ProblemError } from '../../../api/problem-error.ts';

export type MetaLeadsSource = SourceOf<'meta-leads'>;

export interface MetaLeadsValues {
  name: string;
  /** Of an existing source, empty stands for: stays as it is. */
  appSecret: string;
  verifyToken: string;
  pageAccessToken: string;
  pageIds: string[];
}

export type MetaLeadsForm = UseFormReturnType<MetaLeadsValues>;

const META_ID = /^[0-9]{1,32}$/;

/** @param isExisting its secrets may stay empty */
export function useMetaLeadsForm(
  initialValues: MetaLeadsValues,
  isExisting: boolean,
): MetaLeadsForm {
  const required = (sentence: string) => (value: string) =>
    !isExisting && value.trim() === '' ? sentence : null;
  return useForm<MetaLeadsValues>({
    initialValues,
    validate: {
      name: (value) => (value.trim() === '' ? 'Give it a name to find it by.' : null),
      appSecret: required('Paste the app secret of your Meta app.'),
      verifyToken: required('Enter a token, or generate one.'),
      pageAccessToken: required('Paste the access token of your page.'),
      pageIds: pagesProblem,
    },
  });
}

function pagesProblem(ids: readonly string[]): string | null {
  const strange = ids.find((id) => !META_ID.test(id));
  return strange === undefined
    ? null
    : `“${strange}” is no page ID. It is a string of digits, not the page's name.`;
}

/** The problem's sentences at the fields: `/settings/appSecret` and `/name` become field names. */
export function metaLeadsProblems(error: unknown): Partial<Record<keyof MetaLeadsValues, string>> {
  if (!(error instanceof ProblemError)) return {};
  return Object.fromEntries(
    error.errors.map(({ pointer, detail }) => {
      const [, first = '', second = ''] = pointer.split('/');
      return [first === 'settings' ? second : first, `This ${detail}.`];
    }),
  );
}

/** Secrets that were typed: what is left empty stays as it is. */
export function secretsOf(values: MetaLeadsValues) {
  const typed = (['appSecret', 'verifyToken', 'pageAccessToken'] as const)
    .map((field) => [field, values[field].trim()] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(typed);
}
