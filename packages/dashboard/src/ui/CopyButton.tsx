import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';
import { notifyProblem } from './notify.ts';

const SHOWN_MS = 2_000;

interface CopyButtonProps {
  value: string;
  /** What is copied: “Copy secret”. */
  label: string;
  /** `icon` alone, or a button with its words. */
  look?: 'icon' | 'button';
  onCopied?: () => void;
}

export function CopyButton({ value, label, look = 'icon', onCopied }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const press = async () => {
    if (await copyText(value)) {
      setIsCopied(true);
      onCopied?.();
    } else {
      notifyProblem(new Error('Your browser does not allow it. Select the text and copy it.'));
    }
  };
  const icon = isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  return (
    <>
      {look === 'button' ? (
        <Button variant="default" leftSection={icon} onClick={() => void press()} miw={96}>
          {isCopied ? 'Copied' : label}
        </Button>
      ) : (
        <Tooltip label={isCopied ? 'Copied' : label}>
          <ActionIcon variant="subtle" color="gray" onClick={() => void press()} aria-label={label}>
            {icon}
          </ActionIcon>
        </Tooltip>
      )}
      <VisuallyHidden role="status">{isCopied ? 'Copied' : ''}</VisuallyHidden>
    </>
  );
}
