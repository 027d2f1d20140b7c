import { Construction } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';

export function SourcesPage() {
  return (
    <Page title="Sources">
      <EmptyState icon={Construction} title="This page is being built" />
    </Page>
  );
}
