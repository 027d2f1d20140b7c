import { SimpleGrid, TextInput } from '@mantine/core';

interface LeadFieldInputsProps<Field extends string> {
  /** A field of the form each, what of a lead it stands for, and an example. */
  fields: readonly (readonly [field: Field, label: string, example: string])[];
  /** What of the sender's is named: “Phone is the answer”. */
  part: 'answer' | 'field';
  inputOf: (field: Field) => object;
}

/** What of the things that people fill in is a lead's name, its phone and so on. */
export function LeadFieldInputs<Field extends string>(props: LeadFieldInputsProps<Field>) {
  const { fields, part, inputOf } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      {fields.map(([field, label, example]) => (
        <TextInput
          key={field}
          label={`${label} is the ${part}`}
          placeholder={example}
          spellCheck={false}
          autoComplete="off"
          {...inputOf(field)}
        />
      ))}
    </SimpleGrid>
  );
}
