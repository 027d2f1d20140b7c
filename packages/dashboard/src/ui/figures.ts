const whole = new Intl.NumberFormat('en');

/** 12345 → “12,345”. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** “1 event”, “2,000 events”. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 0.9987 → “99.8 %”: cut, not rounded, so that only a perfect rate reads 100 %. */
export function formatRate(rate: number): string {
  const percent = Math.floor(rate * 1_000) / 10;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)} %`;
}
