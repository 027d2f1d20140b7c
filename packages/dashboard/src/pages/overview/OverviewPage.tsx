import { Construction } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';

export function OverviewPage() {
  return <EmptyState icon={Construction} title="Overview is being built" />;
}
