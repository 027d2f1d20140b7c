import type { CreatedWebhook } from '@sydx/contract';
import { Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { fieldProblems } from '../../api/problem-error.ts';
import type { InboxWish } from '../../api/inboxes.ts';
import { useCreateWebhook } from '../../api/webhooks.ts';
import { CreateDialogForm } from '../../ui/DialogForm.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import { UseInbox } from '../inbox/UseInbox.tsx';
import { filterOf, NO_FILTER, readDraft } from './filter/filter-draft.ts';
import { useWebhookForm, type WebhookValues } from './form/useWebhookForm.ts';
import { WebhookFields } from './form/WebhookFields.tsx';
import { NewSecret } from './secret/NewSecret.tsx';

const ConnectHelp = lazy(async () => {
  const { ConnectHelp: component } = await import('../guides/ConnectHelp.tsx');
  return { default: component };
});

interface CreateWebhookDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Two steps: what it is, then its secret, which is shown this once. Guides open on top. */
export function CreateWebhookDialog({ opened, onClose }: CreateWebhookDialogProps) {
  const [created, setCreated] = useState<CreatedWebhook | null>(null);
  const [isHelping, helping] = useDisclosure(false);
  const close = () => {
    onClose();
    helping.close();
    setCreated(null);
  };
  const isForm = created === null;
  return (
    <Modal.Stack>
      <Modal
        stackId="create"
        opened={opened}
        onClose={isForm ? close : () => undefined}
        size="lg"
        title={isForm ? 'Create Webhook' : `“${created.name}” is created`}
        // What was typed, and a secret that is shown once, are not lost to a stray click. A stack
        // decides about Escape by itself, so it is `onClose` that keeps the secret from it.
        closeOnClickOutside={false}
        withCloseButton={isForm}
      >
        {isForm ? (
          <CreateForm onCreated={setCreated} onCancel={close} onHelp={helping.open} />
        ) : (
          <NewSecret secret={created.secret} warning={created.warning} onDone={close} />
        )}
      </Modal>
      <Modal
        stackId="guides"
        opened={isHelping}
        onClose={helping.close}
        size="lg"
        title="Where the URL comes from"
      >
        <Suspense fallback={<RowsSkeleton />}>
          <ConnectHelp />
        </Suspense>
      </Modal>
    </Modal.Stack>
  );
}

/** What was filled in already holds for the webhook of an inbox as well. */
function wishOf({ name, events, filter }: WebhookValues): InboxWish {
  const reading = readDraft(filter);
  return {
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    events,
    filter: reading.ok ? reading.filter : null,
  };
}

interface CreateFormProps {
  onCreated: (webhook: CreatedWebhook) => void;
  onCancel: () => void;
  onHelp: () => void;
}

function CreateForm({ onCreated, onCancel, onHelp }: CreateFormProps) {
  const form = useWebhookForm({ name: '', url: '', events: [], filter: NO_FILTER });
  const create = useCreateWebhook();
  const submit = form.onSubmit(({ name, url, events, filter }) =>
    create.mutate(
      {
        name: name.trim(),
        url: url.trim(),
        events,
        filter: filterOf(filter),
      },
      { onSuccess: onCreated, onError: (error) => form.setErrors(fieldProblems(error)) },
    ),
  );
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onCancel}
      submitLabel="Create"
    >
      <WebhookFields
        form={form}
        onHelp={onHelp}
        withoutUrl={<UseInbox wish={wishOf(form.values)} />}
      />
    </CreateDialogForm>
  );
}
