import type { SourceKind } from '@sydx/contract';
import { Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { RowIcon } from '../../ui/RowList.tsx';
import { KINDS, viewOf } from './kinds.ts';
import classes from './KindPicker.module.css';

export function KindPicker({ onPick }: { onPick: (kind: SourceKind) => void }) {
  return (
    <Stack gap="xs">
      {KINDS.map((kind) => {
        const { label, description, icon } = viewOf(kind);
        return (
          <UnstyledButton key={kind} className={classes.kind} onClick={() => onPick(kind)}>
            <Group wrap="nowrap" gap="sm">
              <RowIcon icon={icon} />
              <div className={classes.words}>
                <Text size="sm" fw={500}>
                  {label}
                </Text>
                <Text size="xs" c="dimmed">
                  {description}
                </Text>
              </div>
              <ChevronRight size={16} aria-hidden />
            </Group>
          </UnstyledButton>
        );
      })}
    </Stack>
  );
}
