import { AUDIT_ACTIONS } from '@sydx/contract';
import { Button, Group, Select } from '@mantine/core';
import type { AuditFilter } from '../../api/audit-log.ts';
import { isTimePreset, TIME_PRESETS } from '../../api/time-window.ts';
import classes from './AuditLog.module.css';
import { ACTION_LABELS } from './sentences.ts';

interface AuditFilterBarProps {
  filter: AuditFilter;
  change: (filter: AuditFilter) => void;
  /** A portal reaches webhooks and their logs alone. */
  isPortal: boolean;
}

const IN_PORTAL = /^(webhook|delivery|replay)\./;

export function AuditFilterBar({ filter, change, isPortal }: AuditFilterBarProps) {
  const actions = AUDIT_ACTIONS.filter((action) => !isPortal || IN_PORTAL.test(action));
  return (
    <search aria-label="Filter the audit log">
      <Group gap="xs">
        <Select
          className={classes.select ?? ''}
          size="xs"
          aria-label="Action"
          placeholder="All actions"
          data={actions.map((action) => ({ value: action, label: ACTION_LABELS[action] }))}
          value={filter.action ?? null}
          onChange={(action) => change({ ...filter, action: action ?? undefined })}
          clearable
          searchable
          maxDropdownHeight={320}
          clearButtonProps={{ 'aria-label': 'All actions' }}
          nothingFoundMessage="No such action"
        />
        <Select
          className={classes.select ?? ''}
          size="xs"
          aria-label="Time"
          placeholder="Any time"
          data={Object.entries(TIME_PRESETS).map(([value, { label }]) => ({ value, label }))}
          value={filter.range ?? null}
          onChange={(range) =>
            change({ ...filter, range: isTimePreset(range) ? range : undefined })
          }
          clearable
          clearButtonProps={{ 'aria-label': 'Any time' }}
        />
        {filter.object !== undefined && (
          <Button
            size="xs"
            variant="default"
            onClick={() => change({ ...filter, object: undefined })}
          >
            Show everything, not only {filter.object}
          </Button>
        )}
      </Group>
    </search>
  );
}
