import { Button, Group, Text } from '@mantine/core';
import { Pause, Play } from 'lucide-react';
import classes from './LiveControl.module.css';

interface LiveControlProps {
  isPaused: boolean;
  /** Somebody reads further down, so rows stay where they are. */
  isHolding: boolean;
  /** The last poll had no answer. */
  isInterrupted: boolean;
  onToggle: () => void;
}

export function LiveControl({ isPaused, isHolding, isInterrupted, onToggle }: LiveControlProps) {
  const state = stateOf(isPaused, isHolding, isInterrupted);
  return (
    <Group gap={10} wrap="nowrap">
      <Group gap={6} wrap="nowrap" role="status">
        <span className={classes.dot} data-state={state.name} />
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {state.words}
        </Text>
      </Group>
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

function stateOf(isPaused: boolean, isHolding: boolean, isInterrupted: boolean) {
  if (isPaused) return { name: 'paused', words: 'Paused' };
  if (isInterrupted) return { name: 'interrupted', words: 'Reconnecting…' };
  return isHolding
    ? { name: 'held', words: 'Held while you read' }
    : { name: 'live', words: 'Live' };
}
