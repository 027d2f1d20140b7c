import { useChangeSource } from '../../../api/sources.ts';
import { EditDialogForm } from '../../../ui/DialogForm.tsx';
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
  return (
    <EditDialogForm form={form} request={change} onSubmit={submit} onCancel={onCancel}>
      <FormFields form={form} />
    </EditDialogForm>
  );
}
