import { Construction } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';

export function LogsPage() {
  return <EmptyState icon={Construction} title="Delivery Logs is being built" />;
}
