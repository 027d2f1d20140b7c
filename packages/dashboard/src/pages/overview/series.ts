/** What the charts show and in which colours; the legend stands apart from them. */
export const OUTCOMES = [
  { name: 'success', label: 'Success', color: 'light-dark(#36a887, #2c8b70)' },
  { name: 'failed', label: 'Failed', color: 'light-dark(#e5484d, #e5686c)' },
  { name: 'cancelled', label: 'Cancelled', color: 'light-dark(#c5ccd3, #4a545f)' },
] as const;

export const LATENCY = [
  { name: 'p50', label: 'p50', color: 'light-dark(#36a887, #36a887)' },
  { name: 'p95', label: 'p95', color: 'light-dark(#434c56, #c3c9d0)' },
] as const;
