import type { LeadState, SourceLead } from '@sydx/contract';
import { List, Modal, Stack, Text, Title } from '@mantine/core';
import { useSourceLeads } from '../../../api/source-leads.ts';
import { ErrorNote } from '../../../ui/ErrorNote.tsx';
import { RelativeTime } from '../../../ui/RelativeTime.tsx';
import type { MetaLeadsSource } from './useMetaLeadsForm.ts';

interface LeadsDialogProps {
  source: MetaLeadsSource;
  opened: boolean;
  onClose: () => void;
}

/** The newest leads that failed or wait, with Meta's own reasons. */
export function LeadsDialog({ source, opened, onClose }: LeadsDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={`Leads of “${source.name}”`}>
      <Stack>
        <Text size="sm" c="dimmed">
          Meta keeps a lead for 90 days. Until then it can be fetched once what is said here is
          mended.
        </Text>
        <Leads source={source} state="failed" title="Could not be fetched" />
        <Leads source={source} state="waiting" title="Waiting" />
      </Stack>
    </Modal>
  );
}

interface LeadsProps {
  source: MetaLeadsSource;
  state: LeadState;
  title: string;
}

function Leads({ source, state, title }: LeadsProps) {
  const { data, error } = useSourceLeads(source.id, state);
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined || data.data.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <List listStyleType="none" spacing="xs" aria-label={title}>
        {data.data.map((lead) => (
          <LeadItem key={lead.id} lead={lead} />
        ))}
      </List>
      {data.nextCursor !== null && (
        <Text size="xs" c="dimmed">
          The newest 100 are shown.
        </Text>
      )}
    </section>
  );
}

function LeadItem({ lead: { leadId, receivedAt, error } }: { lead: SourceLead }) {
  return (
    <List.Item>
      <Text size="sm">
        <Text span ff="monospace">
          {leadId}
        </Text>{' '}
        <Text span c="dimmed">
          received <RelativeTime at={receivedAt} />
        </Text>
      </Text>
      <Text size="sm">{error?.detail ?? 'Not tried yet.'}</Text>
    </List.Item>
  );
}
