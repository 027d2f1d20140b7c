import { Alert, Stack } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { CopyField } from './CopyField.tsx';

interface SecretOnceProps {
  /** What it is: “Webhook secret”, “API key”. */
  label: string;
  value: string;
  /** What is lost with it and how to get a new one. */
  warning: string;
  onCopied?: () => void;
}

/** A secret that is shown this once. */
export function SecretOnce({ label, value, warning, onCopied }: SecretOnceProps) {
  return (
    <Stack gap="sm">
      <Alert color="yellow" icon={<TriangleAlert size={16} />} title="Shown only once">
        {warning}
      </Alert>
      <CopyField label={label} value={value} {...(onCopied === undefined ? {} : { onCopied })} />
    </Stack>
  );
}
