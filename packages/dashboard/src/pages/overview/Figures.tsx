import type { Stats } from '@sydx/contract';
import { Skeleton } from '@mantine/core';
import { formatCount, formatRate } from '../../ui/figures.ts';
import { formatDuration } from '../../ui/time.ts';
import classes from './Overview.module.css';

type Tone = 'good' | 'warn' | 'bad' | undefined;

/** The five numbers that say how it goes. @param stats undefined while they are on their way */
export function Figures({ stats }: { stats: Stats | undefined }) {
  const { success = 0, failed = 0, cancelled = 0 } = stats?.total ?? {};
  const rate = stats?.total.successRate ?? null;
  const latency = stats?.total.latencyMs ?? null;
  const isLoading = stats === undefined;
  return (
    <dl className={classes.figures} style={{ marginBlock: 0 }}>
      <Figure isLoading={isLoading} label="Deliveries">
        {formatCount(success + failed + cancelled)}
      </Figure>
      <Figure isLoading={isLoading} label="Success rate" tone={toneOf(rate)}>
        {rate === null ? '–' : formatRate(rate)}
      </Figure>
      <Figure isLoading={isLoading} label="Latency p50">
        {latency === null ? '–' : formatDuration(latency.p50)}
      </Figure>
      <Figure isLoading={isLoading} label="Latency p95">
        {latency === null ? '–' : formatDuration(latency.p95)}
      </Figure>
      <Figure isLoading={isLoading} label="Pending now">
        {formatCount(stats?.pending ?? 0)}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  isLoading: boolean;
  tone?: Tone;
  children: string;
}

function Figure({ label, isLoading, tone, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value} data-tone={tone} style={{ marginInlineStart: 0 }}>
        {isLoading ? <Skeleton h={24} w={80} my={4} aria-label="Loading" /> : children}
      </dd>
    </div>
  );
}

function toneOf(rate: number | null): Tone {
  if (rate === null) return undefined;
  if (rate >= 0.99) return 'good';
  return rate >= 0.9 ? 'warn' : 'bad';
}
