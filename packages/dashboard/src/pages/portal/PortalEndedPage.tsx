import { Anchor, Stack } from '@mantine/core';
import { leavePortal } from '../../api/session.ts';
import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';

/** A portal's session cannot be renewed from inside: only the CRM makes links. */
export function PortalEndedPage({ error = null }: { error?: unknown }) {
  const isFramed = window.self !== window.top;
  return (
    <EntrancePage
      title="Open this page from your CRM again"
      description="A link to Outbound Webhooks works once and for a limited time. Go back to your CRM and open it there; nothing that you saved is lost."
    >
      <Stack>
        {error !== null && <ErrorNote error={error} />}
        {!isFramed && (
          <Anchor href="/sign-in" size="sm" onClick={leavePortal}>
            Or sign in with your own email and password
          </Anchor>
        )}
      </Stack>
    </EntrancePage>
  );
}
