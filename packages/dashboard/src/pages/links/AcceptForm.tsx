import type { LinkPurpose } from '@sydx/contract';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { fieldProblems } from '../../api/problem-error.ts';
import { acceptLink } from '../../api/session.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { NewPasswordInput, passwordProblem } from '../../ui/NewPasswordInput.tsx';

interface AcceptFormProps {
  token: string;
  link: LinkPurpose;
  /** Whether the person gives a name too. */
  isNameAsked: boolean;
  submitLabel: string;
}

/** Who has an account already shows by the present password that the invitation is theirs. */
function isOldPasswordAsked({ purpose, hasAccount }: LinkPurpose): boolean {
  return purpose === 'invite' && hasAccount;
}

function judgePassword(link: LinkPurpose, password: string): string | null {
  if (!link.needsPassword) return null;
  if (!isOldPasswordAsked(link)) return passwordProblem(password);
  return password === '' ? 'Enter your password.' : null;
}

/** What whoever holds the link is asked; the person is signed in afterwards. */
export function AcceptForm({ token, link, isNameAsked, submitLabel }: AcceptFormProps) {
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: {
      name: (value) => (isNameAsked && value.trim() === '' ? 'Enter your name.' : null),
      password: (value) => judgePassword(link, value),
    },
  });
  const accept = useMutation({
    mutationFn: async ({ name, password }: typeof form.values) =>
      acceptLink({
        token,
        ...(link.needsPassword ? { password } : {}),
        ...(isNameAsked ? { name: name.trim() } : {}),
      }),
    onSuccess: async () => navigate({ to: '/settings/webhooks', replace: true }),
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))} noValidate>
      <Stack>
        {accept.isError && <ErrorNote error={accept.error} />}
        {/* For password managers, which keep the password under it. */}
        <TextInput label="Email" value={link.email} readOnly autoComplete="username" />
        {isNameAsked && (
          <TextInput
            label="Your name"
            autoComplete="name"
            autoFocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
        )}
        {link.needsPassword && isOldPasswordAsked(link) && (
          <PasswordInput
            label="Your password"
            description="The one that you sign in with already."
            autoComplete="current-password"
            autoFocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        )}
        {link.needsPassword && !isOldPasswordAsked(link) && (
          <NewPasswordInput
            label="New password"
            autoFocus={!isNameAsked}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        )}
        <Button type="submit" fullWidth mt={4} loading={accept.isPending}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
