import { FILTER_OPERATORS, type FilterOperator, fieldNames, type WebhookFilter } from './filter.ts';
import { LIMITS } from './limits.ts';

/** What is wrong with a filter, and where: a sentence that stands behind the name of the place. */
export interface FilterIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type FilterReading =
  | { readonly ok: true; readonly filter: WebhookFilter }
  | { readonly ok: false; readonly issues: readonly FilterIssue[] };

const OPERATORS: ReadonlySet<string> = new Set(FILTER_OPERATORS);
const OPERATOR_LIST = 'equals, in, exists, prefix, gt, gte, lt or lte';
/** NUL and halves of surrogate pairs, which the audit log, as PostgreSQL's jsonb, cannot keep. */
const UNSTORABLE = /\0|\p{Cs}/u;
const UNSTORABLE_SENTENCE = 'must not hold U+0000 or half of a surrogate pair';
const SHAPES = 'must be a condition with a field, or hold all or any';

/**
 * Judges a filter that somebody sent. Never looks at more than the limits allow, however much was sent.
 *
 * @param value any JSON
 */
export function readFilter(value: unknown): FilterReading {
  const issues: FilterIssue[] = [];
  const reader = new Reader(issues);
  reader.node(value, [], 1);
  if (reader.conditions > LIMITS.filterConditions) {
    issues.push({ path: [], message: `must hold at most ${LIMITS.filterConditions} conditions` });
  }
  // Written out only when it is otherwise good, which bounds what is written.
  if (issues.length === 0 && bytesOf(value) > LIMITS.filterBytes) {
    const message = `must have at most ${LIMITS.filterBytes / 1024} KiB of JSON: compare with fewer or shorter values`;
    issues.push({ path: [], message });
  }
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, filter: value as WebhookFilter };
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

type Path = readonly (string | number)[];

class Reader {
  conditions = 0;
  readonly #issues: FilterIssue[];

  constructor(issues: FilterIssue[]) {
    this.#issues = issues;
  }

  /** @param level 1 at the root */
  node(value: unknown, path: Path, level: number): void {
    if (!isObject(value)) this.#refuse(path, 'must be an object');
    else if (Object.hasOwn(value, 'all')) this.#group(value, 'all', path, level);
    else if (Object.hasOwn(value, 'any')) this.#group(value, 'any', path, level);
    else this.#condition(value, path);
  }

  #group(value: Fields, kind: 'all' | 'any', path: Path, level: number): void {
    this.#onlyField(value, kind, path);
    const list = value[kind];
    const at = [...path, kind];
    if (level > LIMITS.filterDepth) {
      this.#refuse(path, `is nested too deeply: ${LIMITS.filterDepth} groups may be in each other`);
    } else if (!Array.isArray(list)) this.#refuse(at, 'must be a list of conditions');
    else if (list.length === 0) this.#refuse(at, 'must hold at least one condition');
    else if (list.length > LIMITS.filterConditions) {
      this.#refuse(at, `must hold at most ${LIMITS.filterConditions} conditions`);
    } else if (this.conditions <= LIMITS.filterConditions) {
      for (const [index, entry] of list.entries()) this.node(entry, [...at, index], level + 1);
    }
  }

  #onlyField(value: Fields, kind: string, path: Path): void {
    const other = Object.keys(value).find((name) => name !== kind);
    if (other !== undefined) {
      this.#refuse([...path, other], `must not stand beside ${kind}: put it into the list`);
    }
  }

  #condition(value: Fields, path: Path): void {
    this.conditions += 1;
    const names = Object.keys(value);
    if (!Object.hasOwn(value, 'field')) {
      const unknown = names.find((name) => !OPERATORS.has(name));
      this.#refuse(unknown === undefined ? path : [...path, unknown], SHAPES);
      return;
    }
    this.#field(value['field'], [...path, 'field']);
    const given = names.filter((name) => name !== 'field');
    const unknown = given.find((name) => !OPERATORS.has(name));
    const [operator, second] = given;
    if (unknown !== undefined) {
      this.#refuse([...path, unknown], `is not an operator: use ${OPERATOR_LIST}`);
    } else if (operator === undefined) this.#refuse(path, `must compare: add ${OPERATOR_LIST}`);
    else if (second !== undefined) {
      this.#refuse([...path, second], 'is a second comparison: use all with two conditions');
    } else this.#operand(operator as FilterOperator, value[operator], [...path, operator]);
  }

  #field(field: unknown, path: Path): void {
    if (typeof field !== 'string') this.#refuse(path, 'must be a string, such as source');
    else if (field.length > LIMITS.filterFieldCharacters) {
      this.#refuse(path, `must have at most ${LIMITS.filterFieldCharacters} characters`);
    } else if (UNSTORABLE.test(field)) this.#refuse(path, UNSTORABLE_SENTENCE);
    else if (fieldNames(field) === null) {
      this.#refuse(
        path,
        'must be names joined by dots, such as agent.name; a dot in a name is written \\.',
      );
    }
  }

  #operand(operator: FilterOperator, value: unknown, path: Path): void {
    if (operator === 'equals') this.#value(value, path);
    else if (operator === 'in') this.#list(value, path);
    else if (operator === 'exists') {
      if (typeof value !== 'boolean') this.#refuse(path, 'must be true or false');
    } else if (operator === 'prefix') {
      if (typeof value !== 'string' || value === '') {
        this.#refuse(path, 'must be a string of at least one character');
      } else this.#value(value, path);
    } else if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.#refuse(path, 'must be a number');
    }
  }

  #list(value: unknown, path: Path): void {
    if (!Array.isArray(value)) this.#refuse(path, 'must be a list of values');
    else if (value.length === 0) this.#refuse(path, 'must hold at least one value');
    else if (value.length > LIMITS.filterValues) {
      this.#refuse(path, `must hold at most ${LIMITS.filterValues} values`);
    } else for (const [index, entry] of value.entries()) this.#value(entry, [...path, index]);
  }

  #value(value: unknown, path: Path): void {
    if (typeof value === 'string') {
      if (value.length > LIMITS.filterStringCharacters) {
        this.#refuse(path, `must have at most ${LIMITS.filterStringCharacters} characters`);
      } else if (UNSTORABLE.test(value)) this.#refuse(path, UNSTORABLE_SENTENCE);
    } else if (typeof value !== 'boolean' && value !== null && !Number.isFinite(value)) {
      this.#refuse(path, 'must be a string, a number, true, false or null');
    }
  }

  #refuse(path: Path, message: string): void {
    this.#issues.push({ path, message });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
