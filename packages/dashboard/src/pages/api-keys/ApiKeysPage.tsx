import { Construction } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';

export function ApiKeysPage() {
  return (
    <Page title="API keys">
      <EmptyState icon={Construction} title="This page is being built" />
    </Page>
  );
}
