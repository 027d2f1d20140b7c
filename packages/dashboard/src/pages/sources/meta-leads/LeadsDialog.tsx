import type { LeadState, SourceLead } from '@sydx/contract';
import { Modal, Stack, Table, Text, Title } from '@mantine/core';
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
    <Modal opened={opened} onClose={onClose} size="xl" title={`Leads of “${source.name}”`}>
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
      <Table.ScrollContainer minWidth={460}>
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Lead</Table.Th>
              <Table.Th>Received</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.data.map((lead) => (
              <LeadRow key={lead.id} lead={lead} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {data.nextCursor !== null && (
        <Text size="xs" c="dimmed">
          The newest 100 are shown.
        </Text>
      )}
    </section>
  );
}

function LeadRow({ lead: { leadId, receivedAt, error } }: { lead: SourceLead }) {
  return (
    <Table.Tr>
      <Table.Td ff="monospace">{leadId}</Table.Td>
      <Table.Td>
        <RelativeTime at={receivedAt} />
      </Table.Td>
      <Table.Td>{error?.detail ?? 'Not tried yet.'}</Table.Td>
    </Table.Tr>
  );
}
