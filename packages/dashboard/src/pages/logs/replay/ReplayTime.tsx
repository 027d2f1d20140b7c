import { Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isTimePreset, TIME_PRESETS, type TimeWindow } from '../../../api/time-window.ts';
import { fromLocal, toLocal } from '../filter/local-time.ts';
import { type ReplayBounds, replayBounds } from './replay-bounds.ts';

interface ReplayTimeProps {
  bounds: ReplayBounds;
  /** The window that the dialog opened with. */
  startsWith: TimeWindow | undefined;
  onChange: (bounds: ReplayBounds) => void;
}

const CUSTOM = 'custom';

const CHOICES = [
  ...Object.entries(TIME_PRESETS).map(([value, { label }]) => ({ value, label })),
  { value: CUSTOM, label: 'Custom…' },
];

export function ReplayTime({ bounds, startsWith, onChange }: ReplayTimeProps) {
  const [choice, setChoice] = useState<string>(() => firstChoice(startsWith));
  const choose = (value: string | null) => {
    setChoice(value ?? CUSTOM);
    if (isTimePreset(value)) onChange(replayBounds({ range: value }, Date.now()));
  };
  const set = (name: 'from' | 'to', text: string) => {
    const { [name]: _, ...others } = bounds;
    const iso = fromLocal(text);
    onChange(iso === undefined ? others : { ...others, [name]: iso });
  };
  return (
    <Stack gap="xs">
      <Select
        label="Accepted in"
        data={CHOICES}
        value={choice}
        onChange={choose}
        allowDeselect={false}
      />
      {choice === CUSTOM && (
        <Group grow>
          <TextInput
            type="datetime-local"
            label="From"
            value={toLocal(bounds.from)}
            onChange={(event) => set('from', event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label="To"
            value={toLocal(bounds.to)}
            onChange={(event) => set('to', event.currentTarget.value)}
          />
        </Group>
      )}
    </Stack>
  );
}

function firstChoice(time: TimeWindow = {}): string {
  if (time.range !== undefined) return time.range;
  return time.from === undefined && time.to === undefined ? '24h' : CUSTOM;
}
