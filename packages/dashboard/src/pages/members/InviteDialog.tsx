import type { CreatedInvite, CreateInvite } from '@sydx/contract';
import { Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useCreateInvite } from '../../api/invites.ts';
import { fieldProblems } from '../../api/problem-error.ts';
import { CreateDialogForm } from '../../ui/DialogForm.tsx';
import { LinkOnce } from './LinkOnce.tsx';
import { ROLE_WORDS, roleLabel } from './roles.ts';

interface InviteDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Two steps: whom, then the link, which is shown this once. */
export function InviteDialog({ opened, onClose }: InviteDialogProps) {
  const [created, setCreated] = useState<CreatedInvite | null>(null);
  const close = () => {
    onClose();
    setCreated(null);
  };
  const isForm = created === null;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size={isForm ? 'md' : 'lg'}
      title={isForm ? 'Invite a member' : `${created.email} is invited`}
      closeOnClickOutside={isForm}
      closeOnEscape={isForm}
      withCloseButton={isForm}
    >
      {isForm ? (
        <InviteForm onCreated={setCreated} onCancel={close} />
      ) : (
        <LinkOnce
          label="Invitation link"
          url={created.url}
          expiresAt={created.expiresAt}
          warning="Whoever opens it first joins. Send it in a way that only this person reads. If it is lost, invite the same address again: that ends this link."
          onDone={close}
        >
          Send this link to <strong>{created.email}</strong> yourself: no email goes out from here.
          Opening it makes this person {`an ${roleLabel(created.role).toLowerCase()}`} of the
          account.
        </LinkOnce>
      )}
    </Modal>
  );
}

interface InviteFormProps {
  onCreated: (created: CreatedInvite) => void;
  onCancel: () => void;
}

function InviteForm({ onCreated, onCancel }: InviteFormProps) {
  const form = useForm<CreateInvite>({
    initialValues: { email: '', role: 'admin' },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : 'Enter an email address.'),
    },
  });
  const create = useCreateInvite();
  const submit = form.onSubmit(({ email, role }) =>
    create.mutate(
      { email: email.trim(), role },
      { onSuccess: onCreated, onError: (error) => form.setErrors(fieldProblems(error)) },
    ),
  );
  return (
    <CreateDialogForm
      form={form}
      request={create}
      onSubmit={submit}
      onCancel={onCancel}
      submitLabel="Create invitation"
    >
      <TextInput
        type="email"
        label="Email"
        placeholder="ana@example.com"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('email')}
      />
      <Radio.Group label="Role" {...form.getInputProps('role')}>
        <Stack gap="sm" mt={8}>
          {ROLE_WORDS.map(({ role, label, description }) => (
            <Radio key={role} value={role} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
    </CreateDialogForm>
  );
}
