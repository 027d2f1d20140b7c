import { Button, Group, Stack } from '@mantine/core';
import { useChangeSource } from '../../../api/sources.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import type { EditFormProps } from '../kind-view.ts';
import { FormFields } from './FormFields.tsx';
import { formProblems, settingsOf, useFormSourceForm, valuesOf } from './useFormSourceForm.ts';

/** What a source need not have, taken away where the form no longer says it. */
const REMOVED = { redirectUrl: null, honeypot: null, limits: null } as const;

export function FormEditForm({ source, onSaved, onCancel }: EditFormProps<'form'>) {
  const form = useFormSourceForm(valuesOf(source));
  const change = useChangeSource(source.id);
  const submit = form.onSubmit((values) => {
    const settings = { ...REMOVED, ...settingsOf(values) };
    change.mutate(
      { name: values.name.trim(), settings },
      { onSuccess: () => onSaved(), onError: (error) => form.setErrors(formProblems(error)) },
    );
  });
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormFields form={form} />
        {change.isError && !isAtField && <ErrorNote error={change.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
