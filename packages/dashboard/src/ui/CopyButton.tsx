import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';
import { notifyProblem } from './notify.ts';

interface CopyButtonProps {
  value: string;
  /** What is copied: “Copy secret”. */
  label: string;
  /** `icon` alone, or a button with its words. */
  look?: 'icon' | 'button';
  onCopied?: () => void;
}

export function CopyButton({ value, label, look = 'icon', onCopied }: CopyButtonProps) {
  const { copied, copy, error } = useClipboard({ timeout: 2_000 });
  const press = () => {
    copy(value);
    onCopied?.();
    if (error !== null) notifyProblem(new Error('Select the text and copy it by hand.'));
  };
  const icon = copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  return (
    <>
      {look === 'button' ? (
        <Button variant="default" leftSection={icon} onClick={press} miw={96}>
          {copied ? 'Copied' : label}
        </Button>
      ) : (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon variant="subtle" color="gray" onClick={press} aria-label={label}>
            {icon}
          </ActionIcon>
        </Tooltip>
      )}
      <VisuallyHidden role="status">{copied ? 'Copied' : ''}</VisuallyHidden>
    </>
  );
}
