import { RowsSkeleton } from '../../ui/Skeletons.tsx';

export function WebhooksPage() {
  return <RowsSkeleton />;
}
