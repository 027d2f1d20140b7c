import type { CreatedWebhook, CreateWebhook } from '@sydx/contract';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { fieldProblems } from '../../api/problem-error.ts';
import { useCreateWebhook } from '../../api/webhooks.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { useWebhookForm } from './form/useWebhookForm.ts';
import { WebhookFields } from './form/WebhookFields.tsx';
import { NewSecret } from './secret/NewSecret.tsx';

interface CreateWebhookDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Two steps: what it is, then its secret, which is shown this once. */
export function CreateWebhookDialog({ opened, onClose }: CreateWebhookDialogProps) {
  const [created, setCreated] = useState<CreatedWebhook | null>(null);
  const close = () => {
    onClose();
    setCreated(null);
  };
  const isForm = created === null;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={isForm ? 'Create Webhook' : `“${created.name}” is created`}
      // What was typed, and a secret that is shown once, are not lost to a stray click.
      closeOnClickOutside={false}
      closeOnEscape={isForm}
      withCloseButton={isForm}
    >
      {isForm ? (
        <CreateForm onCreated={setCreated} onCancel={close} />
      ) : (
        <NewSecret secret={created.secret} onDone={close} />
      )}
    </Modal>
  );
}

interface CreateFormProps {
  onCreated: (webhook: CreatedWebhook) => void;
  onCancel: () => void;
}

function CreateForm({ onCreated, onCancel }: CreateFormProps) {
  const form = useWebhookForm({ name: '', url: '', events: [] });
  const create = useCreateWebhook();
  const submit = form.onSubmit(({ name, url, events }) =>
    create.mutate(
      { name: name.trim(), url: url.trim(), events: events as CreateWebhook['events'] },
      { onSuccess: onCreated, onError: (error) => form.setErrors(fieldProblems(error)) },
    ),
  );
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <WebhookFields form={form} />
        {create.isError && !isAtField && <ErrorNote error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
