import { Button, Group, Modal, Stack } from '@mantine/core';
import { useCreateEventType } from '../../api/event-types.ts';
import { fieldProblems } from '../../api/problem-error.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
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
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <EventTypeFields form={form} isExisting={false} refused={contentProblemsOf(create.error)} />
        {create.isError && !isAtField && <ErrorNote error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Register
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
