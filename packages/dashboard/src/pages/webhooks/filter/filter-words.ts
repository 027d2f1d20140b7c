import {
  fieldValue,
  type FilterCondition,
  type FilterValue,
  type JsonObject,
  type WebhookFilter,
} from '@sydx/contract';

/** A filter as a sentence's end: `source is facebook_ad and phone starts with 91`. */
export function filterInWords(filter: WebhookFilter): string {
  if ('all' in filter) return joined(filter.all, ' and ');
  if ('any' in filter) return joined(filter.any, ' or ');
  return `${filter.field} ${comparisonInWords(filter)}`;
}

/** What an event has in the fields that a filter asks for: why it passes, or does not. */
export function askedValues(filter: WebhookFilter, data: JsonObject): string {
  return [...new Set(fieldsOf(filter))]
    .map((field) => {
      const value = fieldValue(data, field);
      return `${field}: ${value === undefined ? 'missing' : JSON.stringify(value)}`;
    })
    .join(' · ');
}

function fieldsOf(filter: WebhookFilter): readonly string[] {
  if ('field' in filter) return [filter.field];
  return ('all' in filter ? filter.all : filter.any).flatMap(fieldsOf);
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
