import { Button, Center } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.tsx';

export function NotFoundPage() {
  return (
    <Center mih="60vh" p="lg" component="main">
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <Button component={Link} to="/settings/webhooks">
            Open Outbound Webhooks
          </Button>
        }
      >
        The address may be mistyped, or the page moved.
      </EmptyState>
    </Center>
  );
}
