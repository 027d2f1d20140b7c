import { Button, Group } from '@mantine/core';
import { Pause, Play } from 'lucide-react';
import { LiveState, type LiveStateProps } from '../../../ui/LiveState.tsx';

interface LiveControlProps {
  isPaused: boolean;
  /** Somebody reads further down, so rows stay where they are. */
  isHolding: boolean;
  /** The last poll had no answer. */
  isInterrupted: boolean;
  onToggle: () => void;
}

export function LiveControl({ isPaused, isHolding, isInterrupted, onToggle }: LiveControlProps) {
  return (
    <Group gap={10} wrap="nowrap">
      <LiveState {...stateOf(isPaused, isHolding, isInterrupted)} />
      <Button
        size="xs"
        variant="default"
        leftSection={isPaused ? <Play size={12} aria-hidden /> : <Pause size={12} aria-hidden />}
        onClick={onToggle}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
    </Group>
  );
}

function stateOf(isPaused: boolean, isHolding: boolean, isInterrupted: boolean): LiveStateProps {
  if (isPaused) return { state: 'paused', words: 'Paused' };
  if (isInterrupted) return { state: 'interrupted', words: 'Reconnecting…' };
  return isHolding
    ? { state: 'held', words: 'Held while you read' }
    : { state: 'live', words: 'Live' };
}
