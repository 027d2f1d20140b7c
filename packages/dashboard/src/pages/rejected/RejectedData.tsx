import { Skeleton } from '@mantine/core';
import { useRejectedEvent } from '../../api/rejected-events.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { BodyBlock } from '../../ui/BodyBlock.tsx';

/** What the producer gave; read when somebody opens the row, because it can be large. */
export function RejectedData({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useRejectedEvent(id);
  if (isPending) return <Skeleton h={120} />;
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <BodyBlock title="Data" text={data.data} isJson />;
}
