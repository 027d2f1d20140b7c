import type { LinkPurpose } from '../../api/session.ts';
import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { AcceptForm } from './AcceptForm.tsx';
import { useLinkToken } from './link-token.ts';
import { LinkGate } from './LinkGate.tsx';

export function InvitePage() {
  const token = useLinkToken();
  return (
    <LinkGate token={token} purpose="invite">
      {(link) => (
        <EntrancePage
          title={`Join ${link.tenantName ?? 'the account'}`}
          description={describe(link)}
        >
          <AcceptForm
            token={token}
            link={link}
            isNameAsked={link.needsPassword}
            submitLabel="Accept the invitation"
          />
        </EntrancePage>
      )}
    </LinkGate>
  );
}

function describe({ role, needsPassword }: LinkPurpose): string {
  const as = role === undefined ? '' : ` as ${role === 'admin' ? 'an admin' : 'an agent'}`;
  const next = needsPassword
    ? 'Choose a password to come in.'
    : 'You keep the password that you have.';
  return `You are invited${as}. ${next}`;
}
