import type { LinkPurpose } from '@sydx/contract';
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
            isNameAsked={!link.hasAccount}
            submitLabel="Accept the invitation"
          />
        </EntrancePage>
      )}
    </LinkGate>
  );
}

function describe({ role, hasAccount }: LinkPurpose): string {
  const as = role === undefined ? '' : ` as ${role === 'admin' ? 'an admin' : 'an agent'}`;
  const next = hasAccount
    ? 'You keep the password that you have.'
    : 'Choose a password to come in.';
  return `You are invited${as}. ${next}`;
}
