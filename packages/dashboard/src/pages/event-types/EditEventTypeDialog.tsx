import { Modal } from '@mantine/core';
import type { EventTypeEntry } from '@sydx/contract';
import { useChangeEventType } from '../../api/event-types.ts';
import { fieldProblems } from '../../api/problem-error.ts';
import { EditDialogForm } from '../../ui/DialogForm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { contentProblemsOf } from './content-problems.ts';
import { EventTypeFields } from './EventTypeFields.tsx';
import { useEventTypeForm, written } from './useEventTypeForm.ts';

interface EditEventTypeDialogProps {
  entry: EventTypeEntry;
  opened: boolean;
  onClose: () => void;
}

export function EditEventTypeDialog({ entry, opened, onClose }: EditEventTypeDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={`Edit ${entry.type}`}
      closeOnClickOutside={false}
    >
      <EditForm entry={entry} onDone={onClose} />
    </Modal>
  );
}

function EditForm({ entry, onDone }: { entry: EventTypeEntry; onDone: () => void }) {
  const { type, description, schema, sample } = entry;
  const form = useEventTypeForm({
    type,
    description,
    schema: written(schema),
    sample: written(sample),
  });
  const change = useChangeEventType(type);
  const submit = form.onSubmit((values) => {
    const body = {
      description: values.description.trim(),
      schema: JSON.parse(values.schema) as Record<string, unknown>,
      sample: JSON.parse(values.sample) as Record<string, unknown>,
    };
    change.mutate(body, {
      onSuccess: () => {
        notifyDone(`${type} is saved.`);
        onDone();
      },
      onError: (error) => form.setErrors(fieldProblems(error)),
    });
  });
  return (
    <EditDialogForm
      form={form}
      request={change}
      onSubmit={submit}
      onCancel={onDone}
      note="Holds for what is published from now on. Stored events stay as they are."
    >
      <EventTypeFields form={form} isExisting refused={contentProblemsOf(change.error)} />
    </EditDialogForm>
  );
}
