import type { RejectedEvent } from '@sydx/contract';
import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { isProblem } from '../../api/problem-error.ts';
import { useDiscardRejected, usePublishAgain } from '../../api/rejected-events.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { notifyDone } from '../../ui/notify.ts';

/** Publish again, which the server may refuse once more, and Discard. */
export function RejectedActions({ event: { id, type } }: { event: RejectedEvent }) {
  const [isDiscarding, discarding] = useDisclosure(false);
  const publishing = usePublishAgain(id);
  const discard = useDiscardRejected(id);
  const publish = () =>
    publishing.mutate(undefined, {
      onSuccess: (event) => notifyDone(`Accepted as ${event.id}.`),
      onError: (error) => {
        // The row, and what it would say, is about to go.
        if (isProblem(error, 'not_found')) {
          notifyDone('Somebody else published or discarded it meanwhile.');
        }
      },
    });
  return (
    <>
      {publishing.error !== null && <ErrorNote error={publishing.error} />}
      <Group gap="xs" justify="flex-end">
        <Button size="xs" variant="default" onClick={discarding.open}>
          Discard
        </Button>
        <Button size="xs" loading={publishing.isPending} onClick={publish}>
          Publish again
        </Button>
      </Group>
      <ConfirmDialog
        opened={isDiscarding}
        onClose={discarding.close}
        title={`Discard this ${type}?`}
        confirmLabel="Discard"
        isDangerous
        onConfirm={() => discard.mutateAsync()}
      >
        It is removed for good and never sent.
      </ConfirmDialog>
    </>
  );
}
