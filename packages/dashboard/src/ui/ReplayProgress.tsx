import { Group, Progress, Stack, Text } from '@mantine/core';
import { useReplay } from '../api/replays.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { formatCount, plural } from './figures.ts';

/** How far a replay is. It goes on by itself, whether anybody looks or not. */
export function ReplayProgress({ replayId }: { replayId: string }) {
  const { data, error } = useReplay(replayId);
  if (error !== null) return <ErrorNote error={error} />;
  const count = data?.count ?? 0;
  const replayed = data?.replayed ?? 0;
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {say(data?.state, count)}
        </Text>
        <Text size="sm" c="dimmed" className="figures">
          {formatCount(replayed)} of {formatCount(count)}
        </Text>
      </Group>
      <Progress
        value={count === 0 ? 0 : (replayed / count) * 100}
        animated={data?.state === 'running'}
        aria-label="Replay"
      />
      <Text size="xs" c="dimmed">
        {data?.state === 'running'
          ? 'You may close this: the replay goes on, and its deliveries appear in Delivery Logs.'
          : 'What became of them is in Delivery Logs.'}
      </Text>
    </Stack>
  );
}

function say(state: 'running' | 'finished' | 'cancelled' | undefined, count: number): string {
  if (state === 'finished') return `${plural(count, 'event')} sent again`;
  if (state === 'cancelled') return 'The replay was stopped';
  return 'Replaying…';
}
