import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { fieldProblems, isProblem } from '../../api/problem-error.ts';
import { changePassword } from '../../api/session.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { NewPasswordInput, passwordProblem } from '../../ui/NewPasswordInput.tsx';
import { notifyDone } from '../../ui/notify.ts';

export function ChangePasswordDialog({
  opened,
  onClose,
}: {
  opened: boolean;
  onClose: () => void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Change password">
      <ChangePasswordForm onClose={onClose} />
    </Modal>
  );
}

function ChangePasswordForm({ onClose }: { onClose: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', newPassword: '' },
    validate: {
      currentPassword: (value) => (value === '' ? 'Enter your current password.' : null),
      newPassword: passwordProblem,
    },
  });
  const change = useMutation({
    mutationFn: async (values: typeof form.values) =>
      changePassword(values.currentPassword, values.newPassword),
    onSuccess: () => {
      notifyDone('Password changed. Your other sessions are signed out.');
      onClose();
    },
    onError: (error) => {
      form.setErrors(
        isProblem(error, 'sign_in_failed')
          ? { currentPassword: 'This is not your current password.' }
          : fieldProblems(error),
      );
    },
  });
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack>
        {change.isError && !isAtField && <ErrorNote error={change.error} />}
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          data-autofocus
          key={form.key('currentPassword')}
          {...form.getInputProps('currentPassword')}
        />
        <NewPasswordInput
          label="New password"
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
