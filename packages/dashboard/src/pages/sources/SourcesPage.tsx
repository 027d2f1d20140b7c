import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plug, Plus } from 'lucide-react';
import { useSources } from '../../api/sources.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ListStates } from '../../ui/ListStates.tsx';
import { Page } from '../../ui/Page.tsx';
import { RowList } from '../../ui/RowList.tsx';
import { CreateSourceDialog } from './CreateSourceDialog.tsx';
import { SourceRow } from './SourceRow.tsx';

export function SourcesPage() {
  const sources = useSources();
  const [isCreating, creating] = useDisclosure(false);
  const hasSome = sources.data !== undefined && sources.data.length > 0;
  const add = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={creating.open}>
      Add source
    </Button>
  );
  return (
    <Page
      title="Sources"
      description="Where events come in from outside the CRM. A source turns what it receives into events, which your webhooks pass on."
      actions={hasSome ? add : undefined}
    >
      <ListStates
        query={sources}
        empty={
          <EmptyState icon={Plug} title="No sources yet" action={add}>
            Connect a WhatsApp number and its messages, contacts and flows become events; connect
            Facebook Lead Ads or post a web form here and they capture leads. Events that your CRM
            publishes by API need no source.
          </EmptyState>
        }
      >
        {(list) => (
          <RowList label="Sources">
            {list.map((source) => (
              <SourceRow key={source.id} source={source} />
            ))}
          </RowList>
        )}
      </ListStates>
      <CreateSourceDialog opened={isCreating} onClose={creating.close} />
    </Page>
  );
}
