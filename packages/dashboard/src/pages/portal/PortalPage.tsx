import { Skeleton, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { openPortal } from '../../api/session.ts';
import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { Redirect } from '../../ui/Redirect.tsx';
import { useLinkToken } from '../links/link-token.ts';
import { PortalEndedPage } from './PortalEndedPage.tsx';

/** Where a CRM's portal link leads: its single-use token becomes this frame's session. */
export function PortalPage() {
  const token = useLinkToken();
  const { mutate, isSuccess, isError, error } = useMutation({
    mutationKey: ['portal', token],
    mutationFn: async () => openOnce(token),
  });
  useEffect(() => mutate(), [mutate]);

  if (isSuccess) return <Redirect href="/settings/webhooks" />;
  if (isError) return <PortalEndedPage error={error} />;
  return (
    <EntrancePage title="Opening">
      <Stack role="status" aria-label="Loading">
        <Skeleton h={14} />
        <Skeleton h={14} w="60%" />
      </Stack>
    </EntrancePage>
  );
}

const opened = new Map<string, Promise<void>>();

/** A token works once, and React runs effects twice while developing. */
async function openOnce(token: string): Promise<void> {
  let opening = opened.get(token);
  if (opening === undefined) {
    opening = openPortal(token);
    opened.set(token, opening);
  }
  return opening;
}
