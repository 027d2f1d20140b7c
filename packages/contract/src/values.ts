/**
 * Whether JSON holds more than so many values, whatever they are: entries of its lists and objects at
 * any depth. Schemas name every bad entry before anybody counts, so eight million of them cost
 * seconds and gigabytes: this is asked first, and stops counting as soon as it knows.
 */
export function hasMoreValues(value: unknown, limit: number): boolean {
  if (!isContainer(value)) return false;
  const waiting: object[] = [value];
  let left = limit;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) {
      left -= next.length;
      if (left < 0) return true;
      for (const item of next) if (isContainer(item)) waiting.push(item);
    } else {
      for (const key in next) {
        left -= 1;
        if (left < 0) return true;
        const item = (next as Record<string, unknown>)[key];
        if (isContainer(item)) waiting.push(item);
      }
    }
  }
  return false;
}

/** Whether objects and lists stand within each other more than so often; itself it goes no deeper. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level = isContainer(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === limit) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
