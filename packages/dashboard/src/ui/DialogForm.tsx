import { Button, Group, Stack, Text } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import { ErrorNote } from './ErrorNote.tsx';

interface DialogFormProps {
  /** Of `useForm`. What its fields say of a refusal is not said once more above the buttons. */
  form: { readonly errors: object; readonly isDirty: () => boolean };
  /** Of `useMutation`: what it asks for when it is submitted. */
  request: { readonly error: unknown; readonly isPending: boolean };
  onSubmit: ComponentProps<'form'>['onSubmit'];
  onCancel: () => void;
  /** Its fields. */
  children: ReactNode;
}

interface CreateDialogFormProps extends DialogFormProps {
  /** What the button does: “Add source”. */
  submitLabel: string;
  cancelLabel?: string;
}

/** A form in a dialog that makes something. */
export function CreateDialogForm(props: CreateDialogFormProps) {
  const { request, onCancel, submitLabel, cancelLabel = 'Cancel', children } = props;
  return (
    <Frame {...props} fields={children}>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {cancelLabel}
        </Button>
        <Button type="submit" loading={request.isPending}>
          {submitLabel}
        </Button>
      </Group>
    </Frame>
  );
}

interface EditDialogFormProps extends DialogFormProps {
  /** What to know before saving, beside the buttons. */
  note?: string;
}

/** A form in a dialog that changes something: there is nothing to save until something is changed. */
export function EditDialogForm(props: EditDialogFormProps) {
  const { form, request, onCancel, note, children } = props;
  return (
    <Frame {...props} fields={children}>
      <Group justify="space-between">
        {note !== undefined && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
        <Group gap="sm" ml="auto">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={request.isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Group>
    </Frame>
  );
}

interface FrameProps extends DialogFormProps {
  fields: ReactNode;
}

function Frame({ form, request, onSubmit, fields, children }: FrameProps) {
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        {fields}
        {request.error !== null && !isAtField && <ErrorNote error={request.error} />}
        {children}
      </Stack>
    </form>
  );
}
