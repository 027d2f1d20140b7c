import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { LIMITS } from '@sydx/contract';

const { passwordMinCharacters: MIN_CHARACTERS, passwordMaxCharacters: MAX_CHARACTERS } = LIMITS;

/** @returns why it is refused, or null */
export function passwordProblem(value: string): string | null {
  if (value.length < MIN_CHARACTERS) return `Use at least ${MIN_CHARACTERS} characters.`;
  if (value.length > MAX_CHARACTERS) return `Use at most ${MAX_CHARACTERS} characters.`;
  return null;
}

export function NewPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      description={`At least ${MIN_CHARACTERS} characters. A few words are easier to keep than signs.`}
      autoComplete="new-password"
      {...props}
    />
  );
}
