import type { LinkPurpose } from '@sydx/contract';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { keys } from '../../api/keys.ts';
import { inspectLink } from '../../api/session.ts';
import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { ButtonLink } from '../../ui/links.tsx';

interface LinkGateProps {
  token: string;
  purpose: LinkPurpose['purpose'];
  children: (link: LinkPurpose) => ReactNode;
}

/** Asks what a one-time link is for; one that is used up or too old says so and what to do. */
export function LinkGate({ token, purpose, children }: LinkGateProps) {
  const { data, error, isPending } = useQuery({
    queryKey: [...keys.links, token],
    queryFn: async () => inspectLink(token),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data?.purpose === purpose) return children(data);
  if (isPending && token !== '' && error === null) return <Waiting />;
  return <DeadLink error={error} purpose={purpose} />;
}

function Waiting() {
  return (
    <EntrancePage title="One moment">
      <Stack role="status" aria-label="Loading">
        <Skeleton h={36} />
        <Skeleton h={36} />
      </Stack>
    </EntrancePage>
  );
}

function DeadLink({ error, purpose }: { error: unknown; purpose: LinkPurpose['purpose'] }) {
  const what = purpose === 'invite' ? 'invitation' : 'reset link';
  return (
    <EntrancePage
      title="This link no longer works"
      description={`A link works once and for a limited time. Ask an admin of the account for a new ${what}.`}
    >
      <Stack>
        {error !== null && <ErrorNote error={error} />}
        <ButtonLink to="/sign-in" variant="default" fullWidth>
          Go to sign in
        </ButtonLink>
      </Stack>
    </EntrancePage>
  );
}
