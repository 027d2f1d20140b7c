import type { CreateApiKey, CreatedApiKey } from '@sydx/contract';
import { Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useCreateApiKey } from '../../api/api-keys.ts';
import { fieldProblems } from '../../api/problem-error.ts';
import { CreateDialogForm } from '../../ui/DialogForm.tsx';
import { NewApiKey } from './NewApiKey.tsx';
import { ScopesField } from './ScopesField.tsx';

interface CreateApiKeyDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Two steps: what it may do, then the key, which is shown this once. */
export function CreateApiKeyDialog({ opened, onClose }: CreateApiKeyDialogProps) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
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
      title={isForm ? 'Create API key' : `“${created.name}” is created`}
      closeOnClickOutside={false}
      closeOnEscape={isForm}
      withCloseButton={isForm}
    >
      {isForm ? (
        <CreateForm onCreated={setCreated} onCancel={close} />
      ) : (
        <NewApiKey created={created} onDone={close} />
      )}
    </Modal>
  );
}

interface CreateFormProps {
  onCreated: (created: CreatedApiKey) => void;
  onCancel: () => void;
}

function CreateForm({ onCreated, onCancel }: CreateFormProps) {
  const form = useForm<CreateApiKey>({
    initialValues: { name: '', scopes: ['events:write'] },
    validate: {
      name: (value) => (value.trim() === '' ? 'Name the program that uses it.' : null),
      scopes: (value) => (value.length === 0 ? 'Select at least one.' : null),
    },
  });
  const create = useCreateApiKey();
  const submit = form.onSubmit(({ name, scopes }) =>
    create.mutate(
      { name: name.trim(), scopes },
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
      <TextInput
        label="Name"
        placeholder="CRM backend"
        maxLength={100}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <ScopesField
        value={form.values.scopes}
        onChange={(scopes) => form.setFieldValue('scopes', scopes)}
        error={form.errors['scopes']}
      />
    </CreateDialogForm>
  );
}
