import type { Webhook } from '@sydx/contract';
import { Box, Group, Pagination, Text } from '@mantine/core';
import { useState } from 'react';
import { WebhookRow } from './WebhookRow.tsx';
import classes from './WebhookList.module.css';

const ROWS_SHOWN = 20;

/** @param webhooks what the search left over, newest first */
export function WebhookList({ webhooks }: { webhooks: readonly Webhook[] }) {
  const [wanted, setWanted] = useState(1);
  const pages = Math.max(1, Math.ceil(webhooks.length / ROWS_SHOWN));
  const page = Math.min(wanted, pages);
  const shown = webhooks.slice((page - 1) * ROWS_SHOWN, page * ROWS_SHOWN);
  return (
    <>
      <Box component="ul" className={classes.list} aria-label="Webhooks">
        {shown.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} />
        ))}
      </Box>
      {pages > 1 && (
        <Group justify="space-between" mt="md">
          <Text size="sm" c="dimmed" className="figures">
            {(page - 1) * ROWS_SHOWN + 1}–{(page - 1) * ROWS_SHOWN + shown.length} of{' '}
            {webhooks.length}
          </Text>
          <Pagination
            total={pages}
            value={page}
            onChange={setWanted}
            size="sm"
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
            getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
          />
        </Group>
      )}
    </>
  );
}
