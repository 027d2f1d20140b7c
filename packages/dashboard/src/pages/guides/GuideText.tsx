import { Code } from '@mantine/core';
import { Fragment } from 'react';

/** A text of guides.ts: **bold** and `code`, nothing else. */
export function GuideText({ children }: { children: string }) {
  const parts = children.split(/(\*\*[^*]+\*\*|`[^`]+`)/);
  return (
    <>
      {parts.map((part, index) => (
        <Fragment key={`${index} ${part}`}>{styled(part)}</Fragment>
      ))}
    </>
  );
}

function styled(part: string) {
  if (part.startsWith('**')) return <strong>{part.slice(2, -2)}</strong>;
  if (part.startsWith('`')) return <Code>{part.slice(1, -1)}</Code>;
  return part;
}
