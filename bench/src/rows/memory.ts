import type { Figure, SharingRow } from '../bench.ts';
import { memoryOf } from '../process-cost.ts';

const MB = 1_000_000;
const LIMIT_MB = 300;

/** What the product's process holds after the rows before it, and the most it ever held. */
export const memory: SharingRow = {
  name: 'memory',
  description: "resident memory of the product's process: the most it had, and after the rows",
  measure: ({ product }) => {
    const { peakBytes, residentBytes } = memoryOf(product.pid);
    return Promise.resolve([
      figure('peak', 'Resident memory of Node, peak', peakBytes, LIMIT_MB),
      figure('after', '– after the rows', residentBytes, null),
    ]);
  },
};

function figure(name: string, title: string, bytes: number, target: number | null): Figure {
  return {
    name: `memory.${name}`,
    title,
    value: bytes / MB,
    unit: 'MB',
    better: 'lower',
    target,
  };
}
