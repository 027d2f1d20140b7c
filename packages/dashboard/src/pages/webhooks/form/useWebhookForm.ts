import { useForm } from '@mantine/form';

export interface WebhookValues {
  name: string;
  url: string;
  events: string[];
}

export function useWebhookForm(initialValues: WebhookValues) {
  return useForm<WebhookValues>({
    initialValues,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name, such as n8n Lead Alert.' : null),
      url: (value) => (value.trim() === '' ? 'Enter the URL where events are sent.' : null),
      events: (value) => (value.length === 0 ? 'Select at least one event.' : null),
    },
  });
}

export type WebhookForm = ReturnType<typeof useWebhookForm>;
