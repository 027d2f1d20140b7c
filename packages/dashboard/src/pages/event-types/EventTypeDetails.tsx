import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { EventTypeEntry } from '@sydx/contract';
import { CodeBlock } from '../../ui/CodeBlock.tsx';
import { written } from './useEventTypeForm.ts';

interface EventTypeDetailsProps {
  entry: EventTypeEntry;
  opened: boolean;
  onClose: () => void;
}

/** What one needs to publish it, or to receive it. */
export function EventTypeDetails({ entry, opened, onClose }: EventTypeDetailsProps) {
  const { type, description, schema, sample } = entry;
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={type}>
      <Stack>
        <Text size="sm">{description}</Text>
        <CodeBlock title="Sample of data" code={written(sample)} maxHeight={240} />
        <CodeBlock title="JSON Schema of data" code={written(schema)} maxHeight={320} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
