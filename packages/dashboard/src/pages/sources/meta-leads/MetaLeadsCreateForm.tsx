import type { CreateSource } from '@sydx/contract';
import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useCreateSource } from '../../../api/sources.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
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
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <MetaLeadsFields form={form} isExisting={false} />
        {create.isError && !isAtField && <ErrorNote error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {cancelLabel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add source
          </Button>
        </Group>
      </Stack>
    </form>
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
