import { getRouteApi } from '@tanstack/react-router';
import { useInboxes } from '../../api/inboxes.ts';
import { isProblem } from '../../api/problem-error.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Page } from '../../ui/Page.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RowsSkeleton } from '../../ui/Skeletons.tsx';
import { InboxPicker } from './InboxPicker.tsx';
import { InboxView } from './InboxView.tsx';
import { InboxesOff, InboxGone, NoInbox } from './NoInbox.tsx';

const route = getRouteApi('/settings/inbox');

/** A receiver for who has none: a private URL of this server that shows what arrives. */
export function InboxPage() {
  const { inbox: wanted } = route.useSearch();
  const { data, error, refetch } = useInboxes();
  // Those of programs are read by their programs.
  const inboxes = data?.filter(({ kind }) => kind === 'try') ?? [];
  const isOff = isProblem(error, 'inbox_off');
  const shown = wanted === undefined ? inboxes[0] : inboxes.find(({ id }) => id === wanted);
  return (
    <Page
      title="Try-it inbox"
      description="A private URL on this server that shows what a receiver gets. See your events arrive without any tool."
      actions={
        inboxes.length > 0 && !isOff ? (
          <InboxPicker inboxes={inboxes} shown={shown?.id} count={data?.length ?? 0} />
        ) : undefined
      }
    >
      {isOff && <InboxesOff />}
      {!isOff && data === undefined && (
        <Panel>
          {error === null ? (
            <RowsSkeleton rows={3} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
        </Panel>
      )}
      {!isOff && data !== undefined && (
        <>
          {shown !== undefined && <InboxView key={shown.id} inbox={shown} />}
          {shown === undefined && wanted !== undefined && <InboxGone />}
          {shown === undefined && wanted === undefined && <NoInbox />}
        </>
      )}
    </Page>
  );
}
