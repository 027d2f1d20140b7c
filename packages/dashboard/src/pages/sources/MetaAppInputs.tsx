import { Button, PasswordInput, TextInput } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { MetaAppDashboardLink } from './MetaLink.tsx';
import { generateVerifyToken } from './verify-token.ts';

interface MetaAppInputProps {
  /** A secret is kept and never shown: an empty field leaves it. */
  isExisting: boolean;
  /** What the form knows of the field: `getInputProps`. */
  input: object;
}

/** The app secret of a Meta app. */
export function AppSecretInput({ isExisting, input }: MetaAppInputProps) {
  return (
    <PasswordInput
      label="App secret"
      description={
        <>
          <MetaAppDashboardLink /> → App settings → Basic. It proves that what arrives comes from
          Meta.
        </>
      }
      placeholder={isExisting ? 'Unchanged. Paste a new one to replace it.' : ''}
      autoComplete="off"
      {...input}
    />
  );
}

interface VerifyTokenInputProps extends MetaAppInputProps {
  onGenerated: (token: string) => void;
}

/** The word that Meta asks for when a callback URL is entered. */
export function VerifyTokenInput({ isExisting, input, onGenerated }: VerifyTokenInputProps) {
  return (
    <TextInput
      label="Verify token"
      description={
        isExisting
          ? 'A new one is shown once after saving. What is connected stays connected.'
          : 'A word that you and Meta agree on: you enter it there in the next step.'
      }
      placeholder={isExisting ? 'Unchanged. Enter a new one to replace it.' : ''}
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      rightSectionWidth={112}
      rightSection={
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<RefreshCw size={12} aria-hidden />}
          onClick={() => onGenerated(generateVerifyToken())}
        >
          Generate
        </Button>
      }
      {...input}
    />
  );
}

/** A pasted list is many entries, however it is separated. */
export function separateIds(entries: readonly string[]): string[] {
  const ids = entries.flatMap((entry) => entry.split(/[\s,;]+/));
  return [...new Set(ids)].filter((id) => id !== '');
}
