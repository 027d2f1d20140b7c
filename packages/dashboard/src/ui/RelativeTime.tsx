import { Tooltip } from '@mantine/core';
import { formatDateTime, formatRelative } from './time.ts';
import { useNow } from './useNow.ts';

/** “5 min. ago”, which keeps counting; the exact time on hover and for screen readers. */
export function RelativeTime({ at }: { at: string }) {
  const nowMs = useNow(10_000);
  return (
    <Tooltip label={formatDateTime(at)}>
      <time dateTime={at}>{formatRelative(at, nowMs)}</time>
    </Tooltip>
  );
}
