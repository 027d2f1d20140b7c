import type { SourceOf } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { fieldProblems } from '../../../api/problem-error.ts';
import { metaAppRules, metaIdsRule, secretRule } from '../rules.ts';

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

/** @param isExisting its secrets may stay empty */
export function useMetaLeadsForm(
  initialValues: MetaLeadsValues,
  isExisting: boolean,
): MetaLeadsForm {
  return useForm<MetaLeadsValues>({
    initialValues,
    validate: {
      ...metaAppRules(isExisting),
      pageAccessToken: secretRule(isExisting, 'Paste the access token of your page.'),
      pageIds: metaIdsRule(
        (strange) => `“${strange}” is no page ID. It is a string of digits, not the page's name.`,
      ),
    },
  });
}

/** The problem's sentences at the fields: `/settings/appSecret` and `/name` become field names. */
export function metaLeadsProblems(error: unknown): Record<string, string> {
  return fieldProblems(error, (pointer) => {
    const [, first, second] = pointer.split('/');
    return first === 'settings' ? second : first;
  });
}
