import { PageSkeleton } from '../../ui/Skeletons.tsx';

export function WebhookPage() {
  return <PageSkeleton />;
}
