/** Recharts and all that comes with it: loaded when somebody opens the Overview. */
import '@mantine/charts/styles.layer.css';
import { BarChart, LineChart } from '@mantine/charts';
import type { Stats } from '@sydx/contract';
import type { TimePreset } from '../../api/time-window.ts';
import { formatCount, plural } from '../../ui/figures.ts';
import { formatDateTime, formatDuration } from '../../ui/time.ts';
import { LATENCY, OUTCOMES } from './series.ts';
import { type Bar, barsOf, daysFirst, span, tick } from './bars.ts';
import { latencyPoints } from './latency.ts';
import classes from './Overview.module.css';

/** Room for the topmost label, which else moves off its line. */
const CHART_MARGIN = { top: 10 };

interface ChartProps {
  stats: Stats;
  range: TimePreset;
}

interface OutcomesChartProps extends ChartProps {
  /** A bar was clicked. */
  onOpen: (bar: Bar) => void;
}

export function OutcomesChart({ stats, range, onOpen }: OutcomesChartProps) {
  const bars = barsOf(stats, range);
  const { success, failed, cancelled } = stats.total;
  return (
    <div
      role="img"
      aria-label={`${formatCount(success)} succeeded, ${formatCount(failed)} failed, ${formatCount(cancelled)} were cancelled`}
    >
      <BarChart
        h={220}
        data={bars}
        dataKey="from"
        type="stacked"
        className={classes.charts ?? ''}
        series={[...OUTCOMES]}
        tickLine="none"
        strokeDasharray="0"
        gridColor="var(--sydx-border)"
        valueFormatter={formatCount}
        maxBarWidth={28}
        barProps={{ isAnimationActive: false }}
        tooltipAnimationDuration={0}
        xAxisProps={{
          tickFormatter: (from: string) => tick(from, range),
          minTickGap: 28,
          ...ticksOf(
            bars.map(({ from }) => from),
            range,
          ),
        }}
        yAxisProps={{ allowDecimals: false, width: 44 }}
        tooltipProps={{ labelFormatter: (from) => spanOf(bars, from, range) }}
        barChartProps={{
          accessibilityLayer: false,
          margin: CHART_MARGIN,
          onClick: ({ activeIndex }) => {
            const bar = activeIndex == null ? undefined : bars[Number(activeIndex)];
            if (bar !== undefined) onOpen(bar);
          },
        }}
      />
    </div>
  );
}

function spanOf(bars: readonly Bar[], from: unknown, range: TimePreset): string {
  const bar = bars.find((one) => one.from === from);
  return bar === undefined ? '' : span(bar, range);
}

export function LatencyChart({ stats, range }: ChartProps) {
  const points = latencyPoints(stats);
  const measured = points.filter(({ p95 }) => p95 !== null);
  const worst = Math.max(0, ...measured.map(({ p95 }) => p95 ?? 0));
  return (
    <div
      role="img"
      aria-label={`${plural(measured.length, 'moment')}; the slowest p95 is ${formatDuration(worst)}`}
    >
      <LineChart
        h={180}
        data={points}
        dataKey="start"
        series={[...LATENCY]}
        withDots={measured.length < 3}
        curveType="linear"
        strokeWidth={1.5}
        tickLine="none"
        strokeDasharray="0"
        gridColor="var(--sydx-border)"
        valueFormatter={formatDuration}
        lineProps={{ isAnimationActive: false }}
        tooltipAnimationDuration={0}
        lineChartProps={{ accessibilityLayer: false, margin: CHART_MARGIN }}
        xAxisProps={{
          tickFormatter: (start: string) => tick(start, range),
          minTickGap: 28,
          ...ticksOf(
            points.map(({ start }) => start),
            range,
          ),
        }}
        yAxisProps={{ width: 52, tickFormatter: shortDuration }}
        connectNulls
        tooltipProps={{ labelFormatter: momentOf }}
      />
    </div>
  );
}

/** A week has a name under the first bar of each day. */
function ticksOf(moments: readonly string[], range: TimePreset) {
  return range === '7d' ? { ticks: daysFirst(moments) } : {};
}

/** The tooltip asks before it points anywhere. */
function momentOf(start: unknown): string {
  return typeof start === 'string' ? formatDateTime(start) : '';
}

/** 1500 → “1.5 s”: an axis has no room for more. */
function shortDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
}
