import { Box, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { EventTypeEntry } from '@sydx/contract';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowName } from '../../ui/RowList.tsx';
import { DeleteEventTypeDialog } from './DeleteEventTypeDialog.tsx';
import { EditEventTypeDialog } from './EditEventTypeDialog.tsx';
import { EventTypeDetails } from './EventTypeDetails.tsx';
import classes from './EventTypeRow.module.css';

export function EventTypeRow({ entry }: { entry: EventTypeEntry }) {
  const [isShowing, showing] = useDisclosure(false);
  const [isEditing, editing] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const { type, description, origin, updatedAt } = entry;
  return (
    <Row label={type}>
      <Box className={classes.row}>
        <Box miw={0}>
          <RowName>
            <span className={classes.type}>{type}</span>
          </RowName>
          <Text size="xs" c="dimmed">
            {description}
            {origin === 'operator' && ' · by the operator, for every account'}
            {origin === 'tenant' && updatedAt !== null && (
              <>
                {' '}
                · changed <RelativeTime at={updatedAt} />
              </>
            )}
          </Text>
        </Box>
        <Group gap={6} wrap="nowrap">
          <Button size="xs" variant="default" onClick={showing.open}>
            Schema
          </Button>
          {origin === 'tenant' && (
            <>
              <Button size="xs" variant="default" onClick={editing.open}>
                Edit
              </Button>
              <Button size="xs" variant="subtle" color="red" onClick={deleting.open}>
                Delete
              </Button>
            </>
          )}
        </Group>
      </Box>
      <EventTypeDetails entry={entry} opened={isShowing} onClose={showing.close} />
      {origin === 'tenant' && (
        <>
          <EditEventTypeDialog entry={entry} opened={isEditing} onClose={editing.close} />
          <DeleteEventTypeDialog type={type} opened={isDeleting} onClose={deleting.close} />
        </>
      )}
    </Row>
  );
}
