import { Anchor, Skeleton, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { LIMITS } from '@sydx/contract';
import { lazy, type ReactNode, Suspense } from 'react';
import { EventsField } from './EventsField.tsx';
import classes from './WebhookFields.module.css';
import { urlAdvice, urlHint } from './url-hint.ts';
import type { WebhookForm } from './useWebhookForm.ts';

// The largest part of the form, which the list of webhooks need not wait for.
const FilterField = lazy(async () => {
  const { FilterField: component } = await import('../filter/FilterField.tsx');
  return { default: component };
});

interface WebhookFieldsProps {
  form: WebhookForm;
  /** Offers to say where the URL comes from. */
  onHelp?: () => void;
  /** Below the URL: what else there is for who has none. */
  withoutUrl?: ReactNode;
}

/** Name, URL, Events and filter: the same where a webhook is created and where it is edited. */
export function WebhookFields({ form, onHelp, withoutUrl }: WebhookFieldsProps) {
  const { url, events, filter } = form.values;
  // Judged when the typing pauses, not at every half-written letter.
  const [settledUrl] = useDebouncedValue(url, 400);
  const hint = settledUrl === url && form.isDirty('url') ? urlHint(url) : null;
  const advice = urlAdvice(settledUrl);
  return (
    <>
      <TextInput
        label="Name"
        placeholder="n8n Lead Alert"
        maxLength={LIMITS.nameCharacters}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TextInput
        label="URL"
        description="Where events are sent. Must be HTTPS."
        placeholder="https://example.com/webhook"
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        maxLength={LIMITS.urlCharacters}
        {...form.getInputProps('url')}
        error={form.errors['url'] ?? hint}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
      />
      {onHelp !== undefined && (
        <Anchor
          component="button"
          type="button"
          size="xs"
          className={classes.help}
          onClick={onHelp}
        >
          Where to find it in n8n, Zapier, Make.com or on your own server
        </Anchor>
      )}
      {withoutUrl}
      {advice !== null && (
        <Text size="xs" className={classes.advice} role="status">
          {advice}
        </Text>
      )}
      <EventsField
        value={events}
        onChange={(chosen) => form.setFieldValue('events', chosen)}
        error={form.errors['events']}
      />
      <Suspense fallback={<Skeleton h={26} />}>
        <FilterField
          value={filter}
          onChange={(draft) => form.setFieldValue('filter', draft)}
          events={events}
          error={form.errors['filter']}
        />
      </Suspense>
    </>
  );
}
