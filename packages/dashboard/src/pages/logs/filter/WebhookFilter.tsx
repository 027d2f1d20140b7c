import { Select } from '@mantine/core';
import { useWebhooks } from '../../../api/webhooks.ts';
import classes from './FilterBar.module.css';
import type { FilterProps } from './FilterBar.tsx';

export function WebhookFilter({ filters, change }: FilterProps) {
  const { data: webhooks } = useWebhooks();
  const choices = (webhooks ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const { webhook } = filters;
  if (webhook !== undefined && !choices.some(({ value }) => value === webhook)) {
    // The log outlives its webhooks.
    choices.push({ value: webhook, label: webhooks === undefined ? '…' : 'A deleted webhook' });
  }
  return (
    <Select
      className={classes.select ?? ''}
      size="xs"
      aria-label="Webhook"
      placeholder="All webhooks"
      data={choices}
      value={webhook ?? null}
      onChange={(value) => change({ webhook: value ?? undefined })}
      clearable
      searchable
      limit={100}
      maxDropdownHeight={320}
      clearButtonProps={{ 'aria-label': 'All webhooks' }}
      nothingFoundMessage="No webhook has this name"
    />
  );
}
