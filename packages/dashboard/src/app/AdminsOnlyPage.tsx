import { ShieldAlert } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Page } from '../ui/Page.tsx';

export function AdminsOnlyPage() {
  return (
    <Page title="Outbound Webhooks">
      <EmptyState icon={ShieldAlert} title="Outbound Webhooks is for admins only">
        You are signed in as an agent. Ask an admin of the account to make you an admin, or to set
        the webhook up for you.
      </EmptyState>
    </Page>
  );
}
