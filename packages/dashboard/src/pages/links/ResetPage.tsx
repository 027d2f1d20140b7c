import { EntrancePage } from '../../ui/EntrancePage.tsx';
import { AcceptForm } from './AcceptForm.tsx';
import { useLinkToken } from './link-token.ts';
import { LinkGate } from './LinkGate.tsx';

export function ResetPage() {
  const token = useLinkToken();
  return (
    <LinkGate token={token} purpose="reset">
      {(link) => (
        <EntrancePage
          title="Choose a new password"
          description="Every session of yours that is still open ends when you save it."
        >
          <AcceptForm
            token={token}
            link={link}
            isNameAsked={false}
            submitLabel="Save and sign in"
          />
        </EntrancePage>
      )}
    </LinkGate>
  );
}
