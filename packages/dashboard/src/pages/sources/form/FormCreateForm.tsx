import type { SourceOf } from '@sydx/contract';
import { Button, Group, Stack } from '@mantine/core';
import { useCreateSource } from '../../../api/sources.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import type { CreateFormProps } from '../kind-view.ts';
import { FormFields } from './FormFields.tsx';
import {
  formProblems,
  NEW_FORM_SOURCE,
  settingsOf,
  useFormSourceForm,
} from './useFormSourceForm.ts';

export function FormCreateForm({ onCreated, onCancel, cancelLabel }: CreateFormProps<'form'>) {
  const form = useFormSourceForm(NEW_FORM_SOURCE);
  const create = useCreateSource();
  const submit = form.onSubmit((values) => {
    const body = { kind: 'form' as const, name: values.name.trim(), settings: settingsOf(values) };
    create.mutate(body, {
      onSuccess: (source) => onCreated(source as SourceOf<'form'>),
      onError: (error) => form.setErrors(formProblems(error)),
    });
  });
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormFields form={form} />
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
