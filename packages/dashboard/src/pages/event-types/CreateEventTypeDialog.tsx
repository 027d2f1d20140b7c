import { Modal } from '@mantine/core';
import { useCreateEventType } from '../../api/event-types.ts';
import { fieldProblems } from '../../api/problem-error.ts';
import { CreateDialogForm } from '../../ui/DialogForm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { contentProblemsOf } from './content-problems.ts';
import { EventTypeFields } from './EventTypeFields.tsx';
import { EXAMPLE, useEventTypeForm } from './useEventTypeForm.ts';

interface CreateEventTypeDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function CreateEventTypeDialog({ opened, onClose }: CreateEventTypeDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title="Register event type"
      // What was typed is not lost to a stray click.
      closeOnClickOutside={false}
    >
      <CreateForm onDone={onClose} />
    </Modal>
  );
}

function CreateForm({ onDone }: { onDone: () => void }) {
  const form = useEventTypeForm(EXAMPLE);
  const create = useCreateEventType();
  const submit = form.onSubmit(({ type, description, schema, sample }) => {
    const body = {
      type: type.trim(),
      description: description.trim(),
      schema: JSON.parse(schema) as Record<string, unknown>,
      sample: JSON.parse(sample) as Record<string, unknown>,
    };
    create.mutate(body, {
      onSuccess: (made) => {
        notifyDone(`${made.type} is registered. Webhooks can subscribe to it now.`);
        onDone();
      },
      onError: (error) => form.setErrors(fieldProblems(error)),
    });
  });
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onDone}
      submitLabel="Register"
    >
      <EventTypeFields form={form} isExisting={false} refused={contentProblemsOf(create.error)} />
    </CreateDialogForm>
  );
}
