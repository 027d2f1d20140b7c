import { useForm } from '@mantine/form';
import { type FilterDraft, readDraft } from '../filter/filter-draft.ts';

export interface WebhookValues {
  name: string;
  url: string;
  events: string[];
  filter: FilterDraft;
}

export function useWebhookForm(initialValues: WebhookValues) {
  return useForm<WebhookValues>({
    initialValues,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name, such as n8n Lead Alert.' : null),
      url: (value) => (value.trim() === '' ? 'Enter the URL where events are sent.' : null),
      events: (value) => (value.length === 0 ? 'Select at least one event.' : null),
      filter: (draft) => {
        const reading = readDraft(draft);
        return reading.ok ? null : reading.sentence;
      },
    },
  });
}

export type WebhookForm = ReturnType<typeof useWebhookForm>;
