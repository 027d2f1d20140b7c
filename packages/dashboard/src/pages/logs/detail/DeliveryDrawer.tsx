import type { Delivery } from '@sydx/contract';
import { ActionIcon, Box, Drawer, Group, Skeleton } from '@mantine/core';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useDelivery } from '../../../api/deliveries.ts';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { RowsSkeleton } from '../../../ui/Skeletons.tsx';
import { StatusBadge } from '../../../ui/StatusBadge.tsx';
import type { LogFilterChange, LogFilters } from '../filters.ts';
import { DeliveryDetailView } from './DeliveryDetailView.tsx';
import classes from './DeliveryDrawer.module.css';

interface DeliveryDrawerProps {
  /** The list behind it, to step through. */
  rows: readonly Delivery[];
  filters: LogFilters;
  change: (change: LogFilterChange, replace?: boolean) => void;
}

/** The delivery that the address bar names. Closing it and opening another are one history entry. */
export function DeliveryDrawer({ rows, filters, change }: DeliveryDrawerProps) {
  const { delivery: id } = filters;
  const place = rows.findIndex((row) => row.id === id);
  const open = (next: string | undefined) => change({ delivery: next }, true);
  return (
    <Drawer.Root
      opened={id !== undefined}
      onClose={() => open(undefined)}
      position="right"
      size={660}
      transitionProps={{ duration: 140 }}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content>
        {id !== undefined && (
          <DrawerBody
            id={id}
            row={rows[place]}
            newer={rows[place - 1]?.id}
            older={place === -1 ? undefined : rows[place + 1]?.id}
            onOpen={open}
          />
        )}
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface DrawerBodyProps {
  id: string;
  /** What the list knows of it already. */
  row: Delivery | undefined;
  newer: string | undefined;
  older: string | undefined;
  onOpen: (id: string) => void;
}

function DrawerBody({ id, row, newer, older, onOpen }: DrawerBodyProps) {
  const { data, error, isPending, refetch } = useDelivery(id);
  const known = data ?? row;
  return (
    <>
      {/* Not Drawer.Header: its <header> would be a second banner of the page. */}
      <div className={classes.header}>
        <Drawer.Title className={classes.title ?? ''}>
          {known === undefined ? (
            'Delivery'
          ) : (
            <>
              <StatusBadge status={known.status} />
              <span className={classes.event}>{known.event}</span>
            </>
          )}
        </Drawer.Title>
        <Group gap={4} wrap="nowrap">
          <Step label="Newer delivery" icon={ChevronUp} to={newer} onOpen={onOpen} />
          <Step label="Older delivery" icon={ChevronDown} to={older} onOpen={onOpen} />
          <Drawer.CloseButton aria-label="Close" />
        </Group>
      </div>
      <Drawer.Body px={20} pt="md" pb={40}>
        {isPending && (
          <Box role="status" aria-label="Loading">
            <Skeleton h={34} w={220} mb="xl" />
            <RowsSkeleton rows={5} />
          </Box>
        )}
        {data === undefined && error !== null && (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
        {data !== undefined && <DeliveryDetailView delivery={data} onOpen={onOpen} />}
      </Drawer.Body>
    </>
  );
}

interface StepProps {
  label: string;
  icon: typeof ChevronUp;
  to: string | undefined;
  onOpen: (id: string) => void;
}

function Step({ label, icon: Icon, to, onOpen }: StepProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      className={classes.step ?? ''}
      aria-label={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && onOpen(to)}
    >
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
