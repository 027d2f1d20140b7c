import type { PatchSource, Source } from '@sydx/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useChangeSource } from '../../api/sources.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { SecretOnce } from '../../ui/SecretOnce.tsx';
import { SourceFields } from './SourceFields.tsx';
import { leadFieldsOf, sourceProblems, type SourceValues, useSourceForm } from './useSourceForm.ts';

interface EditSourceDialogProps {
  source: Source;
  opened: boolean;
  onClose: () => void;
}

export function EditSourceDialog({ source, opened, onClose }: EditSourceDialogProps) {
  const [newToken, setNewToken] = useState<string | null>(null);
  const close = () => {
    onClose();
    setNewToken(null);
  };
  const finish = (verifyToken: string) => {
    notifyDone(`“${source.name}” is saved.`);
    if (verifyToken === '') close();
    else setNewToken(verifyToken);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={newToken === null ? `Edit “${source.name}”` : 'New verify token'}
      closeOnClickOutside={false}
      closeOnEscape={newToken === null}
      withCloseButton={newToken === null}
    >
      {newToken === null ? (
        <EditForm source={source} onSaved={finish} onCancel={close} />
      ) : (
        <Stack>
          <SecretOnce
            label="Verify token"
            value={newToken}
            warning="Meta asks for it only when the callback URL is verified: what is connected stays connected. Copy it if you are about to enter it there."
          />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface EditFormProps {
  source: Source;
  /** @param verifyToken the new one, or empty */
  onSaved: (verifyToken: string) => void;
  onCancel: () => void;
}

function EditForm({ source, onSaved, onCancel }: EditFormProps) {
  const form = useSourceForm(valuesOf(source), source);
  const change = useChangeSource(source.id);
  const submit = form.onSubmit((values) =>
    change.mutate(patchOf(values, source), {
      onSuccess: () => onSaved(values.verifyToken.trim()),
      onError: (error) => form.setErrors(sourceProblems(error)),
    }),
  );
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <SourceFields form={form} isExisting />
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

function valuesOf({ name, settings }: Source): SourceValues {
  const { phoneNumberIds = [], leadFields = {} } = settings;
  return {
    name,
    appSecret: '',
    verifyToken: '',
    phoneNumberIds,
    leadName: leadFields.name ?? '',
    leadPhone: leadFields.phone ?? '',
    leadEmail: leadFields.email ?? '',
    leadCampaign: leadFields.campaign ?? '',
  };
}

/** Only what the form says anew: what is left out stays as it is. */
function patchOf(values: SourceValues, source: Source): PatchSource {
  const leadFields = leadFieldsOf(values);
  const hasLeads = Object.keys(leadFields).length > 0 || source.settings.leadFields !== undefined;
  const settings = {
    ...(values.appSecret.trim() === '' ? {} : { appSecret: values.appSecret.trim() }),
    ...(values.verifyToken.trim() === '' ? {} : { verifyToken: values.verifyToken.trim() }),
    ...numbersOf(values, source),
    ...(hasLeads ? { leadFields } : {}),
  };
  return {
    name: values.name.trim(),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** An emptied list is taken away, and every number of the app counts again. */
function numbersOf({ phoneNumberIds }: SourceValues, { settings }: Source) {
  if (phoneNumberIds.length > 0) return { phoneNumberIds };
  return settings.phoneNumberIds === undefined ? {} : { phoneNumberIds: null };
}
