import { Button } from '@mantine/core';
import { CircleAlert, CloudOff, RotateCw } from 'lucide-react';
import { describeError, UnreachableError } from '../api/problem-error.ts';
import { EmptyState } from './EmptyState.tsx';

/** In place of what could not be loaded: the problem's title and detail, and another try. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail } = describeError(error);
  return (
    <div role="alert">
      <EmptyState
        icon={error instanceof UnreachableError ? CloudOff : CircleAlert}
        title={title}
        action={
          onRetry !== undefined && (
            <Button variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry}>
              Retry
            </Button>
          )
        }
      >
        {detail}
      </EmptyState>
    </div>
  );
}
