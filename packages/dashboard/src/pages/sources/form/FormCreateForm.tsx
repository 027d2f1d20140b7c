import type { SourceOf } from '@sydx/contract';
import { useCreateSource } from '../../../api/sources.ts';
import { CreateDialogForm } from '../../../ui/DialogForm.tsx';
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
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onCancel}
      submitLabel="Add source"
      cancelLabel={cancelLabel}
    >
      <FormFields form={form} />
    </CreateDialogForm>
  );
}
