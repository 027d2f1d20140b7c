import { Center } from '@mantine/core';
import { Compass } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ButtonLink } from '../ui/links.tsx';

export function NotFoundPage() {
  return (
    <Center mih="60vh" p="lg" component="main">
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={<ButtonLink to="/settings/webhooks">Open Outbound Webhooks</ButtonLink>}
      >
        The address may be mistyped, or the page moved.
      </EmptyState>
    </Center>
  );
}
