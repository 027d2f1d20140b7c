import { Group, Text } from '@mantine/core';
import classes from './LiveState.module.css';

export interface LiveStateProps {
  state: 'live' | 'interrupted' | 'held' | 'paused';
  words: string;
}

/** Whether what is shown is what there is: a dot that beats while it is, and the same in words. */
export function LiveState({ state, words }: LiveStateProps) {
  return (
    <Group gap={6} wrap="nowrap" role="status">
      <span className={classes.dot} data-state={state} />
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {words}
      </Text>
    </Group>
  );
}
