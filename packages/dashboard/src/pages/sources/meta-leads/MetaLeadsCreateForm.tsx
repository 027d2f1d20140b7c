import type { CreateSource } from '@sydx/contract';
import { useState } from 'react';
import { useCreateSource } from '../../../api/sources.ts';
import { CreateDialogForm } from '../../../ui/DialogForm.tsx';
import type { CreateFormProps } from '../kind-view.ts';
import { generateVerifyToken } from '../verify-token.ts';
import { MetaLeadsFields } from './MetaLeadsFields.tsx';
import {
  metaLeadsProblems,
  type MetaLeadsSource,
  type MetaLeadsValues,
  useMetaLeadsForm,
} from './useMetaLeadsForm.ts';

export function MetaLeadsCreateForm({
  onCreated,
  onCancel,
  cancelLabel,
}: CreateFormProps<'meta-leads'>) {
  const [verifyToken] = useState(generateVerifyToken);
  const empty = { name: '', appSecret: '', verifyToken, pageAccessToken: '', pageIds: [] };
  const form = useMetaLeadsForm(empty, false);
  const create = useCreateSource();
  const submit = form.onSubmit((values) => {
    create.mutate(bodyOf(values), {
      onSuccess: (source) => onCreated(source as MetaLeadsSource, values.verifyToken.trim()),
      onError: (error) => form.setErrors(metaLeadsProblems(error)),
    });
  });
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onCancel}
      submitLabel="Add source"
      cancelLabel={cancelLabel}
    >
      <MetaLeadsFields form={form} isExisting={false} />
    </CreateDialogForm>
  );
}

function bodyOf(values: MetaLeadsValues): CreateSource {
  const { name, pageIds } = values;
  return {
    kind: 'meta-leads',
    name: name.trim(),
    settings: {
      appSecret: values.appSecret.trim(),
      verifyToken: values.verifyToken.trim(),
      pageAccessToken: values.pageAccessToken.trim(),
      ...(pageIds.length === 0 ? {} : { pageIds }),
    },
  };
}
