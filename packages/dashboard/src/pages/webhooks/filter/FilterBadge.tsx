import type { WebhookFilter } from '@sydx/contract';
import { Tooltip } from '@mantine/core';
import { Funnel } from 'lucide-react';
import classes from '../../../ui/StatusBadge.module.css';
import { filterInWords } from './filter-words.ts';

/** Beside the name of a webhook that takes only some of its events; nothing beside others. */
export function FilterBadge({ filter }: { filter: WebhookFilter | null }) {
  if (filter === null) return null;
  const words = `Only when ${filterInWords(filter)}`;
  return (
    <Tooltip label={words} multiline maw={320}>
      <span className={classes.badge}>
        <Funnel size={13} aria-hidden />
        Filtered
      </span>
    </Tooltip>
  );
}
