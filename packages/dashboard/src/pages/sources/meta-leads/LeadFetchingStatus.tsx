import type { LeadFetching } from '@sydx/contract';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { TriangleAlert } from 'lucide-react';
import { useLeadFetching, useRetryLeads } from '../../../api/source-leads.ts';
import { plural } from '../../../ui/figures.ts';
import { notifyDone, notifyProblem } from '../../../ui/notify.ts';
import { RelativeTime } from '../../../ui/RelativeTime.tsx';
import { LeadsDialog } from './LeadsDialog.tsx';
import type { MetaLeadsSource } from './useMetaLeadsForm.ts';

/** Leads that wait or failed, and why: nothing is shown while all is well. */
export function LeadFetchingStatus({ source }: { source: MetaLeadsSource }) {
  const { data: fetching } = useLeadFetching(source.id);
  const retry = useRetryLeads(source.id);
  const [isListed, listing] = useDisclosure(false);
  if (fetching === undefined || isCalm(fetching)) return null;
  const press = () =>
    retry.mutate(undefined, {
      onSuccess: ({ count }) => notifyDone(`${plural(count, 'lead')} will be fetched now.`),
      onError: notifyProblem,
    });
  const { state, error, resumesAt, waiting, failed } = fetching;
  return (
    <Alert
      mt="sm"
      color={state === 'paused' || failed > 0 ? 'red' : 'yellow'}
      icon={<TriangleAlert size={16} />}
      title={titleOf(fetching)}
      role="status"
    >
      {error !== null && (
        <Text size="sm" mb={6}>
          {error.detail}
        </Text>
      )}
      <Text size="sm">
        {state === 'paused' &&
          'Nothing is lost: leads wait here. Press Edit and paste a new page access token.'}
        {state === 'backing_off' && resumesAt !== null && (
          <>
            Nothing is lost: leads wait here. The next try is <RelativeTime at={resumesAt} />.
          </>
        )}
      </Text>
      <Group gap={6} mt="xs">
        {waiting + failed > 0 && (
          <Button size="xs" variant="default" onClick={listing.open}>
            Show leads
          </Button>
        )}
        <Button size="xs" variant="default" loading={retry.isPending} onClick={press}>
          Retry now
        </Button>
      </Group>
      <LeadsDialog source={source} opened={isListed} onClose={listing.close} />
    </Alert>
  );
}

/** Leads wait for a second or two when all is well. */
function isCalm({ state, failed, oldestWaitingAt }: LeadFetching): boolean {
  const isOld = oldestWaitingAt !== null && Date.now() - Date.parse(oldestWaitingAt) > 60_000;
  return state === 'running' && failed === 0 && !isOld;
}

function titleOf({ state, waiting, failed }: LeadFetching): string {
  const counts = [
    ...(waiting > 0 ? [`${plural(waiting, 'lead')} waiting`] : []),
    ...(failed > 0 ? [`${plural(failed, 'lead')} could not be fetched`] : []),
  ].join(', ');
  if (state === 'paused') return `Meta refuses the page access token · ${counts}`;
  if (state === 'backing_off') return `Meta is not giving leads just now · ${counts}`;
  return counts;
}
