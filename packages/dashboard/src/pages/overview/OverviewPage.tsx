import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useStats } from '../../api/stats.ts';
import type { TimePreset } from '../../api/time-window.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { ButtonLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RejectedNotice } from '../rejected/RejectedNotice.tsx';
import type { Bar } from './bars.ts';
import { BarTable } from './BarTable.tsx';
import { FailingWebhooks } from './FailingWebhooks.tsx';
import { Figures } from './Figures.tsx';
import { Legend } from './Legend.tsx';
import { Rankings } from './Rankings.tsx';
import { DEFAULT_RANGE } from './range.ts';
import { LATENCY, OUTCOMES } from './series.ts';

const charts = async () => import('./Charts.tsx');
const OutcomesChart = lazy(async () => ({ default: (await charts()).OutcomesChart }));
const LatencyChart = lazy(async () => ({ default: (await charts()).LatencyChart }));

const RANGES: { value: TimePreset; label: string }[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
];

const route = getRouteApi('/settings/outbound-webhooks/webhooks/overview');

export function OverviewPage() {
  const { range = DEFAULT_RANGE } = route.useSearch();
  const navigate = useNavigate();
  const { data: stats, error, refetch, isPlaceholderData } = useStats(range);
  const choose = (chosen: TimePreset) =>
    void navigate({ to: '/settings/webhooks/overview', search: { range: chosen } });
  const openBar = ({ from, to }: Bar) =>
    void navigate({ to: '/settings/webhooks/logs', search: { from, to } });

  return (
    <Stack gap="md">
      <FailingWebhooks />
      <RejectedNotice />
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Time"
          data={RANGES}
          value={range}
          onChange={choose}
        />
        <Text size="xs" c="dimmed">
          By the time of acceptance. test.ping is left out.
        </Text>
      </Group>
      {stats === undefined && error !== null ? (
        <Panel>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <>
          <Figures stats={stats} />
          {stats !== undefined && isEmpty(stats) ? (
            <NothingYet onWiden={range === '30d' ? undefined : () => choose('30d')} />
          ) : (
            <>
              <Panel
                title="Deliveries"
                description="Click a bar to see its deliveries."
                actions={<Legend series={OUTCOMES} />}
                style={{ opacity: isPlaceholderData ? 0.6 : 1 }}
              >
                {stats === undefined ? (
                  <Skeleton h={220} />
                ) : (
                  <>
                    <Suspense fallback={<Skeleton h={220} />}>
                      <OutcomesChart stats={stats} range={range} onOpen={openBar} />
                    </Suspense>
                    <BarTable stats={stats} range={range} />
                  </>
                )}
              </Panel>
              <Panel
                title="Latency"
                description="Half of the responses come within p50, 95 % within p95."
                actions={<Legend series={LATENCY} />}
                style={{ opacity: isPlaceholderData ? 0.6 : 1 }}
              >
                {stats === undefined ? (
                  <Skeleton h={180} />
                ) : (
                  <Suspense fallback={<Skeleton h={180} />}>
                    <LatencyChart stats={stats} range={range} />
                  </Suspense>
                )}
              </Panel>
              <Rankings range={range} />
            </>
          )}
        </>
      )}
    </Stack>
  );
}

function isEmpty({
  total,
  pending,
}: {
  total: { success: number; failed: number; cancelled: number };
  pending: number;
}): boolean {
  return total.success + total.failed + total.cancelled + pending === 0;
}

function NothingYet({ onWiden }: { onWiden: (() => void) | undefined }) {
  return (
    <Panel>
      <EmptyState
        icon={ChartColumn}
        title="No deliveries in this time"
        action={
          onWiden === undefined ? (
            <ButtonLink to="/settings/webhooks">Open Webhooks</ButtonLink>
          ) : (
            <Button variant="default" onClick={onWiden}>
              Look at 30 days
            </Button>
          )
        }
      >
        As soon as events reach your webhooks, this page shows how that goes.
      </EmptyState>
    </Panel>
  );
}
