import type { Inbox } from '@sydx/contract';
import { Group, Select, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { useChangeInboxAnswer } from '../../api/inboxes.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatDuration } from '../../ui/time.ts';
import { ANSWERS, choiceOf } from './answers.ts';
import classes from './AnswerField.module.css';

const CUSTOM = 'custom';

/** What the inbox answers from now on, and what the sender makes of that. */
export function AnswerField({ inbox: { id, answer } }: { inbox: Inbox }) {
  const change = useChangeInboxAnswer(id);
  const shown = change.isPending ? change.variables : answer;
  const choice = choiceOf(shown);
  const choices = ANSWERS.map(({ id: value, label }) => ({ value, label }));
  const custom = {
    value: CUSTOM,
    label: `${shown.status}${shown.delayMs > 0 ? `, after ${formatDuration(shown.delayMs)}` : ''}`,
  };
  const Icon = choice?.isGood === true ? CircleCheck : CircleX;
  return (
    <Stack gap="xs">
      <Select
        label="Answer with"
        data={choice === undefined ? [custom, ...choices] : choices}
        value={choice?.id ?? CUSTOM}
        allowDeselect={false}
        checkIconPosition="right"
        onChange={(wanted) => {
          const next = ANSWERS.find((one) => one.id === wanted);
          if (next !== undefined) change.mutate(next.answer);
        }}
      />
      {choice !== undefined && (
        <Group gap={8} wrap="nowrap" align="flex-start" role="status">
          <Icon
            size={15}
            aria-hidden
            className={classes.icon}
            data-good={choice.isGood || undefined}
          />
          <Text size="xs" c="dimmed">
            {choice.effect}
            {!choice.isGood && ' A test.ping is sent once, whatever the answer.'}
          </Text>
        </Group>
      )}
      {change.isError && <ErrorNote error={change.error} />}
    </Stack>
  );
}
