import type { DeliveryDetail } from '@sydx/contract';
import { Text } from '@mantine/core';
import { Attempts } from './Attempts.tsx';
import { BodyBlock } from '../../../ui/BodyBlock.tsx';
import { DeliveryActions } from './DeliveryActions.tsx';
import { Facts } from './Facts.tsx';
import { HeaderTable } from '../../../ui/HeaderTable.tsx';
import { Section } from './Section.tsx';

interface DeliveryDetailViewProps {
  delivery: DeliveryDetail;
  onOpen: (id: string) => void;
}

export function DeliveryDetailView({ delivery, onOpen }: DeliveryDetailViewProps) {
  const { payload, request } = delivery;
  return (
    <>
      <DeliveryActions key={delivery.id} delivery={delivery} onOpen={onOpen} />
      <Section title="Delivery">
        <Facts delivery={delivery} url={request.url} />
      </Section>
      <Section title="Attempts">
        <Attempts delivery={delivery} />
      </Section>
      <Section title="Payload">
        {payload === null ? (
          <Text size="sm" c="dimmed">
            The event is no longer kept: its retention is over.
          </Text>
        ) : (
          <BodyBlock title="Payload" text={payload} isJson />
        )}
      </Section>
      {Object.keys(request.headers).length > 0 && (
        <Section title="Request headers">
          <HeaderTable label="Request headers" headers={Object.entries(request.headers)} />
          <Text size="xs" c="dimmed" mt={6}>
            Those of the last attempt. Signatures are cut to their first 8 characters.
          </Text>
        </Section>
      )}
    </>
  );
}
