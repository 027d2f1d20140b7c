import { TagsInput, type TagsInputProps } from '@mantine/core';

interface ListInputProps extends TagsInputProps {
  /** Shown while the list is empty. */
  example: string;
}

/** A list that is typed entry by entry, or pasted whole. */
export function ListInput({ example, ...input }: ListInputProps) {
  return (
    <TagsInput
      placeholder={input.value?.length === 0 ? example : ''}
      splitChars={[',', ' ', ';']}
      acceptValueOnBlur
      clearable={false}
      {...input}
    />
  );
}
