import type { Stats } from '@sydx/contract';
import { Table } from '@mantine/core';
import type { TimePreset } from '../../api/time-window.ts';
import { formatCount } from '../../ui/figures.ts';
import { AnchorLink } from '../../ui/links.tsx';
import { barsOf, span } from './bars.ts';
import classes from './Overview.module.css';

/** The same as the bars, for whoever does not see or click them. */
export function BarTable({ stats, range }: { stats: Stats; range: TimePreset }) {
  const bars = barsOf(stats, range)
    .filter(({ success, failed, cancelled }) => success + failed + cancelled > 0)
    .toReversed();
  return (
    <details className={classes.asTable}>
      <summary>Show as a table</summary>
      <Table.ScrollContainer minWidth={420} maxHeight={320}>
        <Table aria-label="Deliveries over time">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Accepted</Table.Th>
              <Table.Th ta="right">Success</Table.Th>
              <Table.Th ta="right">Failed</Table.Th>
              <Table.Th ta="right">Cancelled</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bars.map((bar) => (
              <Table.Tr key={bar.from}>
                <Table.Td>
                  <AnchorLink
                    to="/settings/webhooks/logs"
                    search={{ from: bar.from, to: bar.to }}
                    inherit
                  >
                    {span(bar, range)}
                  </AnchorLink>
                </Table.Td>
                <Table.Td ta="right">{formatCount(bar.success)}</Table.Td>
                <Table.Td ta="right">{formatCount(bar.failed)}</Table.Td>
                <Table.Td ta="right">{formatCount(bar.cancelled)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
