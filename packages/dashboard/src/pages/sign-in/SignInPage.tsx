import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import { signIn, useSessionState } from '../../api/session.ts';
import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { Redirect } from '../../ui/Redirect.tsx';

const HOME = '/settings/webhooks';
const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { redirect = HOME, ended } = route.useSearch();
  const { data: session } = useSessionState();
  // Somebody who is signed in already, or has just come in.
  if (session != null) return <Redirect href={redirect} />;
  return (
    <EntrancePage title="Sign in" description="Manage the outbound webhooks of your account.">
      {ended === true && (
        <Alert color="gray" icon={<Clock size={16} />} mb="md">
          Your session ended. Sign in to go back to where you were.
        </Alert>
      )}
      <SignInForm />
      <Text size="xs" c="dimmed" mt="lg">
        Forgot your password? An admin of your account can make you a reset link under{' '}
        <Text span fw={500} inherit>
          Settings → Members
        </Text>
        , and so can whoever runs this server.
      </Text>
    </EntrancePage>
  );
}

function SignInForm() {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (/\S+@\S+/.test(value) ? null : 'Enter your email address.'),
      password: (value) => (value === '' ? 'Enter your password.' : null),
    },
  });
  const enter = useMutation({
    mutationFn: async ({ email, password }: typeof form.values) => signIn(email.trim(), password),
    onError: () => {
      form.setFieldValue('password', '');
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => enter.mutate(values))} noValidate>
      <Stack>
        {enter.isError && <ErrorNote error={enter.error} />}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth mt={4} loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
