import type { Source } from '@sydx/contract';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useCreateSource } from '../../api/sources.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { SetupSteps } from './SetupSteps.tsx';
import { SourceFields } from './SourceFields.tsx';
import { leadFieldsOf, sourceProblems, type SourceValues, useSourceForm } from './useSourceForm.ts';
import { generateVerifyToken } from './verify-token.ts';

interface CreateSourceDialogProps {
  opened: boolean;
  onClose: () => void;
}

interface Created {
  readonly source: Source;
  /** From the form: no answer of the API ever holds it. */
  readonly verifyToken: string;
}

/** Two steps: what it is, then how Meta gets to know it. */
export function CreateSourceDialog({ opened, onClose }: CreateSourceDialogProps) {
  const [created, setCreated] = useState<Created | null>(null);
  const close = () => {
    onClose();
    setCreated(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={created === null ? 'Add WhatsApp source' : `Connect “${created.source.name}” in Meta`}
      // What was typed, and a token that is shown once, are not lost to a stray click.
      closeOnClickOutside={false}
      closeOnEscape={created === null}
      withCloseButton={created === null}
    >
      {created === null ? (
        <CreateForm onCreated={setCreated} onCancel={close} />
      ) : (
        <Stack gap="lg">
          <SetupSteps {...created} />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface CreateFormProps {
  onCreated: (created: Created) => void;
  onCancel: () => void;
}

const EMPTY = {
  name: '',
  appSecret: '',
  phoneNumberIds: [],
  leadName: '',
  leadPhone: '',
  leadEmail: '',
  leadCampaign: '',
};

function CreateForm({ onCreated, onCancel }: CreateFormProps) {
  const [generated] = useState(generateVerifyToken);
  const form = useSourceForm({ ...EMPTY, verifyToken: generated }, null);
  const create = useCreateSource();
  const submit = form.onSubmit((values) => {
    const { verifyToken } = values;
    create.mutate(bodyOf(values), {
      onSuccess: (source) => onCreated({ source, verifyToken: verifyToken.trim() }),
      onError: (error) => form.setErrors(sourceProblems(error)),
    });
  });
  const isAtField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <SourceFields form={form} isExisting={false} />
        {create.isError && !isAtField && <ErrorNote error={create.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add source
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function bodyOf(values: SourceValues) {
  const leadFields = leadFieldsOf(values);
  return {
    kind: 'whatsapp' as const,
    name: values.name.trim(),
    settings: {
      appSecret: values.appSecret.trim(),
      verifyToken: values.verifyToken.trim(),
      ...(values.phoneNumberIds.length === 0 ? {} : { phoneNumberIds: values.phoneNumberIds }),
      ...(Object.keys(leadFields).length === 0 ? {} : { leadFields }),
    },
  };
}
