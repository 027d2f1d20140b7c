import { SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useStatsOfWebhooks } from '../../api/stats.ts';
import type { TimePreset } from '../../api/time-window.ts';
import { useWebhookHealth, useWebhooks } from '../../api/webhooks.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatRate, plural } from '../../ui/figures.ts';
import { Panel } from '../../ui/Panel.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import { formatDuration } from '../../ui/time.ts';
import classes from './Overview.module.css';
import { failingFirst, type RankedWebhook, slowestFirst } from './ranking.ts';

/** Each is a request of its own, so only the busiest are asked about. */
const COMPARED = 24;

/** Which webhooks to look at first; each leads to its part of the log. */
export function Rankings({ range }: { range: TimePreset }) {
  const { data: webhooks = [], isPending } = useWebhooks();
  const { data: health } = useWebhookHealth();
  const compared = webhooks
    .toSorted((a, b) => (health?.get(b.id)?.total ?? 0) - (health?.get(a.id)?.total ?? 0))
    .slice(0, COMPARED);
  const stats = useStatsOfWebhooks(
    range,
    compared.map(({ id }) => id),
  );
  const isLoading = isPending || stats.isPending;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Ranking
        title="Most failures"
        nothing="No delivery failed."
        ranked={failingFirst(compared, stats.byWebhook)}
        isLoading={isLoading}
        error={stats.error}
        range={range}
        isFailing
      />
      <Ranking
        title="Slowest webhooks"
        nothing="No response came yet."
        ranked={slowestFirst(compared, stats.byWebhook)}
        isLoading={isLoading}
        error={stats.error}
        range={range}
      />
    </SimpleGrid>
  );
}

interface RankingProps {
  title: string;
  nothing: string;
  ranked: readonly RankedWebhook[];
  isLoading: boolean;
  error: unknown;
  range: TimePreset;
  isFailing?: boolean;
}

function Ranking({ title, nothing, ranked, isLoading, error, range, isFailing }: RankingProps) {
  const isShown = !isLoading && error === null;
  return (
    <Panel title={title}>
      {error !== null && <ErrorNote error={error} />}
      {isLoading && error === null && <RowsSkeleton rows={3} />}
      {isShown && ranked.length === 0 && <Text c="dimmed">{nothing}</Text>}
      {isShown && ranked.length > 0 && (
        <ul className={classes.ranking}>
          {ranked.map(({ webhook, figures }) => (
            <li key={webhook.id}>
              <Link
                to="/settings/webhooks/logs"
                search={{ webhook: webhook.id, range, ...(isFailing ? { status: 'failed' } : {}) }}
                className={classes.ranked ?? ''}
              >
                <span className={classes.name}>
                  {webhook.name}
                  {!webhook.enabled && <span className={classes.quiet}> disabled</span>}
                </span>
                {isFailing ? <Failures figures={figures} /> : <Latency figures={figures} />}
                <ChevronRight size={16} aria-hidden className={classes.quiet} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

type Figures = Pick<RankedWebhook, 'figures'>;

function Failures({ figures: { failed, successRate } }: Figures) {
  return (
    <span className={classes.fact}>
      <span className={classes.bad}>{plural(failed, 'failed', 'failed')}</span>{' '}
      {successRate !== null && (
        <span className={classes.quiet}>{formatRate(successRate)} succeed</span>
      )}
    </span>
  );
}

function Latency({ figures: { latencyMs } }: Figures) {
  if (latencyMs === null) return null;
  return (
    <span className={classes.fact}>
      {formatDuration(latencyMs.p95)}{' '}
      <span className={classes.quiet}>p95, {formatDuration(latencyMs.p50)} p50</span>
    </span>
  );
}
