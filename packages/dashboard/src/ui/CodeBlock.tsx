import { Box, Text } from '@mantine/core';
import classes from './CodeBlock.module.css';
import { CopyButton } from './CopyButton.tsx';

interface CodeBlockProps {
  /** Above the code: a file's name or what it is. Also what the copy button says. */
  title: string;
  code: string;
  /** Pixels before it scrolls. */
  maxHeight?: number;
  /** Breaks long lines: for what was sent or received, not for code. */
  isWrapped?: boolean;
}

/** Code or a payload, as text only, with a button that copies it. */
export function CodeBlock({ title, code, maxHeight = 360, isWrapped = false }: CodeBlockProps) {
  return (
    <Box className={classes.block}>
      <Box className={classes.bar}>
        <Text size="xs" c="dimmed" truncate>
          {title}
        </Text>
        <CopyButton value={code} label={`Copy ${title}`} />
      </Box>
      <pre
        className={classes.code}
        data-wrapped={isWrapped || undefined}
        style={{ maxHeight }}
        // It scrolls, so the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={title}
      >
        <code>{code}</code>
      </pre>
    </Box>
  );
}
