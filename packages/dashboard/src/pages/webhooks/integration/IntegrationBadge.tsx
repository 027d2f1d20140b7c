import type { Integration } from '@sydx/contract';
import { Tooltip } from '@mantine/core';
import { Plug } from 'lucide-react';
import classes from '../../../ui/StatusBadge.module.css';
import { INTEGRATION_WORDS } from './integration-words.ts';

/** Beside the name of a webhook that an integration made; nothing beside others. */
export function IntegrationBadge({ integration }: { integration: Integration | null }) {
  if (integration === null) return null;
  const { name, ending } = INTEGRATION_WORDS[integration];
  return (
    <Tooltip label={ending} multiline maw={320}>
      <span className={classes.badge}>
        <Plug size={13} aria-hidden />
        {name}
      </span>
    </Tooltip>
  );
}
