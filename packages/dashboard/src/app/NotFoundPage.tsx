import { Compass } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.tsx';
import { EntrancePage } from '../ui/EntrancePage.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { Page } from '../ui/Page.tsx';

const TITLE = 'There is no such page';
const REASON = 'The address may be mistyped, or the page moved.';

export function NotFoundPage() {
  return (
    <EntrancePage title={TITLE} description={REASON}>
      <WayOut />
    </EntrancePage>
  );
}

/** The same beside the sidebar. */
export function NotFoundInSettings() {
  return (
    <Page title={TITLE}>
      <EmptyState icon={Compass} title="Nothing is here" action={<WayOut />}>
        {REASON}
      </EmptyState>
    </Page>
  );
}

function WayOut() {
  return <ButtonLink to="/settings/webhooks">Open Outbound Webhooks</ButtonLink>;
}
