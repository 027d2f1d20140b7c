import { Group, SegmentedControl, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CopyButton } from './CopyButton.tsx';
import classes from './BodyBlock.module.css';
import { jsonParts, prettyJson } from './json.ts';
import { visibleText } from './visible-text.ts';

interface BodyBlockProps {
  title: string;
  /** Exactly as it travelled: that is what the copy button gives. */
  text: string;
  isJson: boolean;
  maxHeight?: number;
  note?: ReactNode;
}

/** A body as text only, whatever it holds: pretty where it is JSON, or raw. */
export function BodyBlock({ title, text, isJson, maxHeight = 420, note }: BodyBlockProps) {
  const [look, setLook] = useState<'pretty' | 'raw'>('pretty');
  const isPretty = isJson && look === 'pretty';
  const shown = visibleText(isPretty ? prettyJson(text) : text);
  return (
    <div className={classes.block}>
      <div className={classes.bar}>
        <Text size="xs" c="dimmed" truncate>
          {title}
          {note}
        </Text>
        <Group gap={4} wrap="nowrap">
          {isJson && (
            <SegmentedControl
              size="xs"
              aria-label={`${title}: how it is shown`}
              data={[
                { value: 'pretty', label: 'Pretty' },
                { value: 'raw', label: 'Raw' },
              ]}
              value={look}
              onChange={setLook}
            />
          )}
          <CopyButton value={isPretty ? prettyJson(text) : text} label={`Copy ${title}`} />
        </Group>
      </div>
      {/* Scrollable, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.body} style={{ maxHeight }} tabIndex={0} aria-label={title}>
        <code>{isPretty ? <JsonText json={shown} /> : shown}</code>
      </pre>
    </div>
  );
}

function JsonText({ json }: { json: string }) {
  return jsonParts(json).map(([kind, text], place) =>
    kind === 'plain' ? (
      text
    ) : (
      // Parts never move: the whole is made anew when the text changes.
      <span key={place} className={classes[kind]}>
        {text}
      </span>
    ),
  );
}
