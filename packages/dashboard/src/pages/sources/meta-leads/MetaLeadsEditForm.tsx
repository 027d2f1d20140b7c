import type { PatchSource } from '@sydx/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useChangeSource } from '../../../api/sources.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import type { EditFormProps } from '../kind-view.ts';
import { MetaLeadsFields } from './MetaLeadsFields.tsx';
import {
  metaLeadsProblems,
  type MetaLeadsSource,
  type MetaLeadsValues,
  secretsOf,
  useMetaLeadsForm,
} from './useMetaLeadsForm.ts';

export function MetaLeadsEditForm({ source, onSaved, onCancel }: EditFormProps<'meta-leads'>) {
  const { name, settings } = source;
  const { pageIds = [] } = settings;
  const stored = { name, appSecret: '', verifyToken: '', pageAccessToken: '', pageIds };
  const form = useMetaLeadsForm(stored, true);
  const change = useChangeSource(source.id);
  const submit = form.onSubmit((values) =>
    change.mutate(patchOf(values, source), {
      onSuccess: () => onSaved(values.verifyToken.trim()),
      onError: (error) => form.setErrors(metaLeadsProblems(error)),
    }),
  );
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <MetaLeadsFields form={form} isExisting />
        {change.isError && !isAtField && <ErrorNote error={change.error} />}
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            Secrets are kept encrypted and never shown again.
          </Text>
          <Group gap="sm" ml="auto">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** Only what the form says anew. An emptied list is taken away, and every page counts again. */
function patchOf(values: MetaLeadsValues, { settings }: MetaLeadsSource): PatchSource {
  const { name, pageIds } = values;
  const had = settings.pageIds !== undefined;
  const changed = {
    ...secretsOf(values),
    ...(pageIds.length > 0 ? { pageIds } : {}),
    ...(pageIds.length === 0 && had ? { pageIds: null } : {}),
  };
  return {
    name: name.trim(),
    ...(Object.keys(changed).length === 0 ? {} : { settings: changed }),
  };
}
