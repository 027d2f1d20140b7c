import { Group, Text, Tooltip } from '@mantine/core';
import classes from './EventList.module.css';

const SHOWN = 3;

/** The event types of a webhook; the ones that do not fit stand in a tooltip. */
export function EventList({ events }: { events: readonly string[] }) {
  const shown = events.length > SHOWN + 1 ? events.slice(0, SHOWN) : events;
  const hidden = events.slice(shown.length);
  return (
    <Group gap={6} component="ul" className={classes.list} aria-label="Events">
      {shown.map((event) => (
        <li key={event} className={classes.event}>
          {event}
        </li>
      ))}
      {hidden.length > 0 && (
        <Tooltip label={hidden.join(', ')} multiline maw={280}>
          <Text component="li" size="xs" c="dimmed">
            and {hidden.length} more
          </Text>
        </Tooltip>
      )}
    </Group>
  );
}
