import type { Metric } from 'prom-client';
import { createMetrics, watchEngine, watchPools } from '../../src/base/metrics.ts';

/** Everything that /metrics can show. */
export function everyMetric(): Metric[] {
  const metrics = createMetrics();
  const none = () => 0;
  const engine = { sending: none, held: none, unrecorded: none, intake: none, behind: none };
  watchEngine(metrics, { ...engine, isReady: () => true });
  watchPools(metrics, {});
  return metrics.registry.getMetricsAsArray() as unknown as Metric[];
}
