import { SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { LIMITS } from '@sydx/contract';
import { type ContentProblems, contentProblems, hasProblems } from './content-problems.ts';
import { JsonEditor } from './JsonEditor.tsx';
import type { EventTypeForm } from './useEventTypeForm.ts';

interface EventTypeFieldsProps {
  form: EventTypeForm;
  /** The name of one that exists stays. */
  isExisting: boolean;
  /** What the server said of schema and sample. */
  refused: ContentProblems;
}

export function EventTypeFields({ form, isExisting, refused }: EventTypeFieldsProps) {
  const { schema, sample } = form.values;
  // Judged when the typing pauses, not at every half-written letter.
  const [settled] = useDebouncedValue({ schema, sample }, 400);
  const found = contentProblems(settled);
  const problems = hasProblems(found) ? found : refused;
  return (
    <>
      {!isExisting && (
        <TextInput
          label="Name"
          description="Lower-case words with a dot between them. It cannot be changed later."
          placeholder="order.paid"
          maxLength={LIMITS.eventTypeCharacters}
          data-autofocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          {...form.getInputProps('type')}
        />
      )}
      <TextInput
        label="Description"
        description="When it is triggered. Admins read it where they choose events."
        placeholder="A customer pays an order"
        maxLength={LIMITS.descriptionCharacters}
        autoComplete="off"
        {...form.getInputProps('description')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <JsonEditor
          label="JSON Schema"
          description="What data must look like. What does not fit is refused."
          value={schema}
          onChange={(value) => form.setFieldValue('schema', value)}
          problems={problems.schema}
        />
        <JsonEditor
          label="Sample"
          description="A realistic example, shown wherever the type is documented."
          value={sample}
          onChange={(value) => form.setFieldValue('sample', value)}
          problems={problems.sample}
        />
      </SimpleGrid>
    </>
  );
}
