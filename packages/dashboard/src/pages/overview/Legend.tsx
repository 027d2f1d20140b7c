import { Group, Text } from '@mantine/core';
import classes from './Overview.module.css';

interface LegendProps {
  series: readonly { readonly name: string; readonly label: string; readonly color: string }[];
}

export function Legend({ series }: LegendProps) {
  return (
    <Group gap="md" component="ul" className={classes.legend}>
      {series.map(({ name, label, color }) => (
        <Group key={name} gap={6} component="li" wrap="nowrap">
          <span className={classes.swatch} style={{ background: color }} />
          <Text size="xs" c="dimmed">
            {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
