import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { KeyRound, Plus } from 'lucide-react';
import { useApiKeys } from '../../api/api-keys.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ListStates } from '../../ui/ListStates.tsx';
import { Page } from '../../ui/Page.tsx';
import { RowList } from '../../ui/RowList.tsx';
import { ApiKeyRow } from './ApiKeyRow.tsx';
import { CreateApiKeyDialog } from './CreateApiKeyDialog.tsx';

export function ApiKeysPage() {
  const apiKeys = useApiKeys();
  const [isCreating, creating] = useDisclosure(false);
  const hasSome = apiKeys.data !== undefined && apiKeys.data.length > 0;
  const create = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={creating.open}>
      Create API key
    </Button>
  );
  return (
    <Page
      title="API keys"
      description="How programs reach this account: your CRM’s backend publishes events with one."
      actions={hasSome ? create : undefined}
    >
      <ListStates
        query={apiKeys}
        empty={
          <EmptyState icon={KeyRound} title="No API keys yet" action={create}>
            Give each program a key of its own, with no more than it needs. Then one can be deleted
            without stopping the others.
          </EmptyState>
        }
      >
        {(list) => (
          <RowList label="API keys">
            {list.map((apiKey) => (
              <ApiKeyRow key={apiKey.id} apiKey={apiKey} />
            ))}
          </RowList>
        )}
      </ListStates>
      <CreateApiKeyDialog opened={isCreating} onClose={creating.close} />
    </Page>
  );
}
