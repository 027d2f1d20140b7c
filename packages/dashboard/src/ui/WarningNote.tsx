import { Alert } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';

/** What was done all the same, and is odd. */
export function WarningNote({ children }: { children: string }) {
  return (
    <Alert color="yellow" icon={<TriangleAlert size={16} />} role="status">
      {children}
    </Alert>
  );
}
