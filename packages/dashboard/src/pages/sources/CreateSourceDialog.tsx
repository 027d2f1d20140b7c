import type { Source, SourceKind } from '@sydx/contract';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { KindPicker } from './KindPicker.tsx';
import { viewOf } from './kinds.ts';

interface CreateSourceDialogProps {
  opened: boolean;
  onClose: () => void;
}

interface Created {
  readonly source: Source;
  readonly verifyToken: string | undefined;
}

/** Three steps: which kind, what it is, and how the sending side gets to know it. */
export function CreateSourceDialog({ opened, onClose }: CreateSourceDialogProps) {
  const [kind, setKind] = useState<SourceKind | null>(null);
  const [created, setCreated] = useState<Created | null>(null);
  const close = () => {
    onClose();
    setKind(null);
    setCreated(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={titleOf(kind, created?.source)}
      // What was typed, and a token that is shown once, are not lost to a stray click.
      closeOnClickOutside={kind === null}
      closeOnEscape={created === null}
      withCloseButton={created === null}
    >
      {kind === null && <KindPicker onPick={setKind} />}
      {kind !== null && created === null && (
        <CreateStep kind={kind} onCreated={setCreated} onBack={() => setKind(null)} />
      )}
      {created !== null && (
        <Stack gap="lg">
          <SetupStep {...created} />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function titleOf(kind: SourceKind | null, created: Source | undefined): string {
  if (kind === null) return 'Add source';
  const { label, setupTitle } = viewOf(kind);
  return created === undefined ? `Add ${label} source` : setupTitle(created.name);
}

interface CreateStepProps {
  kind: SourceKind;
  onCreated: (created: Created) => void;
  onBack: () => void;
}

function CreateStep({ kind, onCreated, onBack }: CreateStepProps) {
  const { CreateForm } = viewOf(kind);
  return (
    <CreateForm
      onCreated={(source, verifyToken) => onCreated({ source, verifyToken })}
      onCancel={onBack}
      cancelLabel="Back"
    />
  );
}

function SetupStep({ source, verifyToken }: Created) {
  const { Setup } = viewOf(source.kind);
  return <Setup source={source} verifyToken={verifyToken} />;
}
