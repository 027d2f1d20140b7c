import { eventTypeNameProblem } from '@sydx/contract';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { contentProblems } from './content-problems.ts';

export interface EventTypeValues {
  type: string;
  description: string;
  /** JSON, as it is being written. */
  schema: string;
  sample: string;
}

export type EventTypeForm = UseFormReturnType<EventTypeValues>;

/** What the editors show of `schema` and `sample` themselves, the form only has to know. */
const SEE_BELOW = 'See below.';

export function useEventTypeForm(initialValues: EventTypeValues): EventTypeForm {
  return useForm<EventTypeValues>({
    initialValues,
    validate: {
      type: nameProblem,
      description: (value) => (value.trim() === '' ? 'Say when it is triggered.' : null),
      schema: (_value, values) => (contentProblems(values).schema.length > 0 ? SEE_BELOW : null),
      sample: (_value, values) => (contentProblems(values).sample.length > 0 ? SEE_BELOW : null),
    },
  });
}

function nameProblem(value: string): string | null {
  if (value.trim() === '') return 'Enter a name, such as order.paid.';
  const problem = eventTypeNameProblem(value.trim());
  return problem === null ? null : `This ${problem}.`;
}

/** To begin with: both are meant to be overwritten, and say how they look. */
export const EXAMPLE: EventTypeValues = {
  type: '',
  description: '',
  schema: written({
    type: 'object',
    required: ['orderId'],
    properties: {
      orderId: { type: 'string' },
      total: { type: 'number', minimum: 0 },
    },
  }),
  sample: written({ orderId: 'ord_4711', total: 129.9 }),
};

/** JSON as people read it. */
export function written(value: object): string {
  return JSON.stringify(value, null, 2);
}
