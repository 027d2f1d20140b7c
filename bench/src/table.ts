import type { Difference } from './compare.ts';
import { disturbed, meanCeiling, type Measure, reachesTarget, type Result } from './result.ts';

/** Lines of a Markdown table that also reads well in a terminal. */
export function markdownTable(header: readonly string[], rows: readonly string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  // The first column is words, the others are figures.
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (at === 0 ? (cells[at] ?? '').padEnd(width) : (cells[at] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

export function resultTable(result: Result): string {
  const { beforePerSecond, afterPerSecond } = result.ceiling;
  const ceiling = [
    'Ceiling: sign and POST, nothing stored',
    `${format(meanCeiling(result.ceiling))} /s`,
    '1.00',
    '',
    `${format(beforePerSecond)} before, ${format(afterPerSecond)} after`,
  ];
  const rows = result.measures.map((measure) => [
    measure.title,
    amount(measure),
    measure.ratio?.toFixed(2) ?? '',
    target(measure),
    verdict(measure),
  ]);
  return markdownTable(['measure', 'value', 'of ceiling', 'target', ''], [ceiling, ...rows]);
}

/** One sentence, empty when the bench had the machine for itself. */
export function disturbanceSentence(result: Result): string {
  const rows = disturbed(result).map(({ row, share }) => `${row} ${(share * 100).toFixed(0)} %`);
  return rows.length === 0
    ? ''
    : `Other programs used the machine meanwhile, so do not trust this run: ${rows.join(', ')}.`;
}

export function differenceTable(differences: readonly Difference[]): string {
  const rows = differences.map(({ title, before, after, change, verdict: moved }) => [
    title,
    before === null ? '' : shown(before),
    after === null ? '' : shown(after),
    change === null ? '' : `${change > 0 ? '+' : ''}${(change * 100).toFixed(0)} %`,
    moved,
  ]);
  return markdownTable(['measure', 'before', 'after', 'change', ''], rows);
}

function shown(measure: Measure): string {
  return measure.ratio === null
    ? amount(measure)
    : `${amount(measure)} (${measure.ratio.toFixed(2)})`;
}

function amount({ value, unit }: Measure): string {
  return `${format(value)} ${unit}`;
}

function target(measure: Measure): string {
  if (measure.target === null) return '';
  const sign = measure.better === 'higher' ? '≥' : '≤';
  return measure.ratio === null
    ? `${sign} ${format(measure.target)} ${measure.unit}`
    : `${sign} ${measure.target.toFixed(2)}`;
}

function verdict(measure: Measure): string {
  const reached = reachesTarget(measure);
  if (reached === null) return '';
  return reached ? 'reached' : 'NOT reached';
}

function format(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
