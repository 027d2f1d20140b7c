import type { FilterCondition, FilterValue, WebhookFilter } from '@sydx/contract';

/** A filter as a sentence's end: `source is facebook_ad and phone starts with 91`. */
export function filterInWords(filter: WebhookFilter): string {
  if ('all' in filter) return joined(filter.all, ' and ');
  if ('any' in filter) return joined(filter.any, ' or ');
  return `${filter.field} ${comparisonInWords(filter)}`;
}

function joined(filters: readonly WebhookFilter[], word: string): string {
  const isAlone = filters.length === 1;
  return filters
    .map((filter) => {
      const words = filterInWords(filter);
      return isAlone || 'field' in filter ? words : `(${words})`;
    })
    .join(word);
}

function comparisonInWords(condition: FilterCondition): string {
  if ('equals' in condition) return `is ${valueInWords(condition.equals)}`;
  if ('in' in condition) return `is ${condition.in.map(valueInWords).join(' or ')}`;
  if ('exists' in condition) return condition.exists ? 'is there' : 'is missing';
  if ('prefix' in condition) return `starts with ${valueInWords(condition.prefix)}`;
  if ('gt' in condition) return `is more than ${condition.gt}`;
  if ('gte' in condition) return `is at least ${condition.gte}`;
  if ('lt' in condition) return `is less than ${condition.lt}`;
  return `is at most ${condition.lte}`;
}

function valueInWords(value: FilterValue): string {
  return typeof value === 'string' ? `“${value}”` : String(value);
}
