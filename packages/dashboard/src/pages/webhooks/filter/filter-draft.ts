import {
  type FilterCondition,
  jsonPointer,
  LIMITS,
  readFilter,
  type WebhookFilter,
} from '@sydx/contract';

/** How a row compares, by what people call it: text and numbers are told apart, since both look alike. */
export const COMPARISONS = [
  { value: 'is', label: 'is' },
  { value: 'isOneOf', label: 'is one of' },
  { value: 'startsWith', label: 'starts with' },
  { value: 'exists', label: 'is there' },
  { value: 'isMissing', label: 'is missing' },
  { value: 'isNumber', label: 'is the number' },
  { value: 'gt', label: 'is more than' },
  { value: 'gte', label: 'is at least' },
  { value: 'lt', label: 'is less than' },
  { value: 'lte', label: 'is at most' },
  { value: 'isTrue', label: 'is true' },
  { value: 'isFalse', label: 'is false' },
  { value: 'isNull', label: 'is null' },
] as const;
export type Comparison = (typeof COMPARISONS)[number]['value'];

/** What has a value beside it to type in. */
export const TAKES_VALUE: ReadonlySet<Comparison> = new Set([
  'is',
  'startsWith',
  'isNumber',
  'gt',
  'gte',
  'lt',
  'lte',
]);

export interface Row {
  /** For React. */
  readonly key: number;
  readonly field: string;
  readonly comparison: Comparison;
  readonly value: string;
  /** Of `is one of`. */
  readonly values: readonly string[];
}

/** A filter while it is being written. What rows cannot show is written as JSON. */
export type FilterDraft =
  | { readonly kind: 'none' }
  | { readonly kind: 'rows'; readonly mode: 'all' | 'any'; readonly rows: readonly Row[] }
  | { readonly kind: 'json'; readonly text: string };

export const NO_FILTER: FilterDraft = { kind: 'none' };

let keys = 0;

export function emptyRow(): Row {
  keys += 1;
  return { key: keys, field: '', comparison: 'is', value: '', values: [] };
}

/** A filter as it was saved, in rows where rows can show it. */
export function draftOf(filter: WebhookFilter | null): FilterDraft {
  if (filter === null) return NO_FILTER;
  const rows = rowsOf(filter);
  return rows ?? { kind: 'json', text: JSON.stringify(filter, null, 2) };
}

/** The same draft as rows, or null where they cannot show it. */
export function asRows(draft: FilterDraft): FilterDraft | null {
  if (draft.kind !== 'json') return draft;
  const reading = readDraft(draft);
  return reading.ok && reading.filter !== null ? rowsOf(reading.filter) : null;
}

function rowsOf(filter: WebhookFilter): FilterDraft | null {
  const mode = 'any' in filter ? 'any' : 'all';
  let list: readonly WebhookFilter[] = [filter];
  if ('all' in filter) list = filter.all;
  if ('any' in filter) list = filter.any;
  const rows = list.map(rowOf);
  return rows.every((row) => row !== null) ? { kind: 'rows', mode, rows } : null;
}

function rowOf(filter: WebhookFilter): Row | null {
  if ('all' in filter || 'any' in filter) return null;
  const shown = shownAs(filter);
  return shown === null ? null : { ...emptyRow(), field: filter.field, ...shown };
}

function shownAs(condition: FilterCondition): Partial<Row> | null {
  if ('exists' in condition) return { comparison: condition.exists ? 'exists' : 'isMissing' };
  if ('prefix' in condition) return { comparison: 'startsWith', value: condition.prefix };
  if ('in' in condition) {
    const values = condition.in.filter((value) => typeof value === 'string');
    return values.length === condition.in.length ? { comparison: 'isOneOf', values } : null;
  }
  if ('equals' in condition) {
    const { equals } = condition;
    if (typeof equals === 'string') return { comparison: 'is', value: equals };
    if (typeof equals === 'number') return { comparison: 'isNumber', value: String(equals) };
    if (equals === null) return { comparison: 'isNull' };
    return { comparison: equals ? 'isTrue' : 'isFalse' };
  }
  if ('gt' in condition) return { comparison: 'gt', value: String(condition.gt) };
  if ('gte' in condition) return { comparison: 'gte', value: String(condition.gte) };
  if ('lt' in condition) return { comparison: 'lt', value: String(condition.lt) };
  return { comparison: 'lte', value: String(condition.lte) };
}

export type DraftReading =
  | { readonly ok: true; readonly filter: WebhookFilter | null }
  | { readonly ok: false; readonly sentence: string };

/** What a draft comes to; else one sentence about what to mend. */
export function readDraft(draft: FilterDraft): DraftReading {
  if (draft.kind === 'none') return { ok: true, filter: null };
  if (draft.kind === 'json') return readText(draft.text);
  const conditions: unknown[] = [];
  for (const [index, row] of draft.rows.entries()) {
    const wrong = wrongWith(row);
    if (wrong !== null) return { ok: false, sentence: `Condition ${index + 1}: ${wrong}` };
    conditions.push({ field: row.field.trim(), ...comparisonOf(row) });
  }
  if (conditions.length === 0) return { ok: true, filter: null };
  return judged({ [draft.mode]: conditions });
}

/** What a draft that readDraft lets pass comes to. */
export function filterOf(draft: FilterDraft): WebhookFilter | null {
  const reading = readDraft(draft);
  if (!reading.ok) throw new Error('A filter was sent that is not finished.');
  return reading.filter;
}

function readText(text: string): DraftReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, sentence: 'This is not JSON. Check commas, quotes and brackets.' };
  }
  return judged(value);
}

function judged(value: unknown): DraftReading {
  const reading = readFilter(value);
  if (reading.ok) return reading;
  const [issue] = reading.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'It' : jsonPointer(issue.path);
  return { ok: false, sentence: `${where} ${issue?.message ?? 'is not valid'}.` };
}

function wrongWith({ field, comparison, value, values }: Row): string | null {
  if (field.trim() === '') return 'enter a field, such as source.';
  if (comparison === 'isOneOf' && values.length === 0) return 'enter one or more values.';
  if (comparison === 'startsWith' && value === '') return 'enter what it starts with.';
  const isText = comparison === 'is' || comparison === 'startsWith';
  if (TAKES_VALUE.has(comparison) && !isText && numberIn(value) === null) return 'enter a number.';
  if (value.length > LIMITS.filterStringCharacters) return 'the value is too long.';
  return null;
}

function comparisonOf({ comparison, value, values }: Row): object {
  switch (comparison) {
    case 'is':
      return { equals: value };
    case 'isOneOf':
      return { in: values };
    case 'startsWith':
      return { prefix: value };
    case 'exists':
      return { exists: true };
    case 'isMissing':
      return { exists: false };
    case 'isNumber':
      return { equals: numberIn(value) };
    case 'isTrue':
      return { equals: true };
    case 'isFalse':
      return { equals: false };
    case 'isNull':
      return { equals: null };
    default:
      return { [comparison]: numberIn(value) };
  }
}

function numberIn(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}
