import type { Webhook } from '@sydx/contract';
import { Button, Group, Stack } from '@mantine/core';
import { fieldProblems } from '../../api/problem-error.ts';
import { useChangeWebhook } from '../../api/webhooks.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { WarningNote } from '../../ui/WarningNote.tsx';
import { draftOf, filterOf } from './filter/filter-draft.ts';
import { useWebhookForm } from './form/useWebhookForm.ts';
import { WebhookFields } from './form/WebhookFields.tsx';

export function EditWebhookForm({ webhook }: { webhook: Webhook }) {
  const { name, url, events } = webhook;
  const form = useWebhookForm({
    name,
    url,
    events: [...events],
    filter: draftOf(webhook.filter),
  });
  const change = useChangeWebhook(webhook.id);
  const submit = form.onSubmit((values) =>
    change.mutate(
      {
        name: values.name.trim(),
        url: values.url.trim(),
        events: values.events,
        // Rows may write the same filter in another way.
        ...(form.isDirty('filter') && { filter: filterOf(values.filter) }),
      },
      {
        onSuccess: (saved) => {
          // As the server keeps it: the URL normalised.
          const kept = {
            name: saved.name,
            url: saved.url,
            events: [...saved.events],
            filter: draftOf(saved.filter),
          };
          form.setInitialValues(kept);
          form.setValues(kept);
          form.resetDirty(kept);
          notifyDone('Saved.');
        },
        onError: (error) => form.setErrors(fieldProblems(error)),
      },
    ),
  );
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <WebhookFields form={form} />
        {change.data?.warning !== undefined && <WarningNote>{change.data.warning}</WarningNote>}
        {change.isError && !isAtField && <ErrorNote error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" disabled={!form.isDirty()} onClick={form.reset}>
            Reset
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
