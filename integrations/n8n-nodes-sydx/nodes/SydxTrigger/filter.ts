import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** One row of the node's Filter. */
export interface ConditionRow {
  readonly field: string;
  readonly operator: keyof typeof OPERATORS;
  readonly value?: string;
}

const number = (value: string): number => {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed)) {
    throw new Error(`“${value}” is compared as a number and is none.`);
  }
  return parsed;
};

/** What each operator becomes in the API's filter. Text and numbers are kept apart, as JSON does. */
const OPERATORS = {
  equals: (value: string) => ({ equals: value }),
  in: (value: string) => ({ in: value.split(',').map((each) => each.trim()) }),
  prefix: (value: string) => ({ prefix: value }),
  equalsNumber: (value: string) => ({ equals: number(value) }),
  gt: (value: string) => ({ gt: number(value) }),
  gte: (value: string) => ({ gte: number(value) }),
  lt: (value: string) => ({ lt: number(value) }),
  lte: (value: string) => ({ lte: number(value) }),
  isTrue: () => ({ equals: true }),
  isFalse: () => ({ equals: false }),
  exists: () => ({ exists: true }),
  notExists: () => ({ exists: false }),
} as const;

const WITHOUT_VALUE = ['isTrue', 'isFalse', 'exists', 'notExists'];

/**
 * The filter of a webhook: which of the events it gets. Judged at Sydx AI, so what does not pass never
 * travels.
 *
 * @returns null for no conditions: everything passes
 * @throws Error for what is to be a number and is none
 */
export function filterOf(
  rows: readonly ConditionRow[],
  combine: 'all' | 'any',
): IDataObject | null {
  if (rows.length === 0) return null;
  const conditions = rows.map(({ field, operator, value = '' }) => ({
    field,
    ...OPERATORS[operator](value),
  }));
  return { [combine]: conditions };
}

export const filterProperties: INodeProperties[] = [
  {
    displayName: 'Filter',
    name: 'filter',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add Condition',
    description: 'Only events whose data passes are sent. No conditions: all of them.',
    options: [
      {
        displayName: 'Conditions',
        name: 'conditions',
        values: [
          {
            displayName: 'Field',
            name: 'field',
            type: 'string',
            default: '',
            required: true,
            placeholder: 'source',
            description: 'A path into the event’s data; names joined by dots, such as agent.name',
          },
          {
            displayName: 'Operator',
            name: 'operator',
            type: 'options',
            default: 'equals',
            options: [
              { name: 'Equals Number', value: 'equalsNumber' },
              { name: 'Equals Text', value: 'equals' },
              { name: 'Exists', value: 'exists' },
              { name: 'Greater or Equal', value: 'gte' },
              { name: 'Greater Than', value: 'gt' },
              { name: 'Is False', value: 'isFalse' },
              { name: 'Is True', value: 'isTrue' },
              { name: 'Less or Equal', value: 'lte' },
              { name: 'Less Than', value: 'lt' },
              { name: 'Missing', value: 'notExists' },
              { name: 'One of Texts', value: 'in' },
              { name: 'Starts With', value: 'prefix' },
            ],
          },
          {
            displayName: 'Value',
            name: 'value',
            type: 'string',
            default: '',
            displayOptions: { hide: { operator: WITHOUT_VALUE } },
            description: 'For One of Texts: several, with commas between',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Conditions Must Match',
    name: 'combine',
    type: 'options',
    default: 'all',
    options: [
      { name: 'All', value: 'all' },
      { name: 'Any', value: 'any' },
    ],
    description: 'Whether every condition of the filter has to hold or one is enough',
  },
];
