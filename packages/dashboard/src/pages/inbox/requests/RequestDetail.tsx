import type { InboxRequest } from '@sydx/contract';
import { Group, Text } from '@mantine/core';
import { BodyBlock } from '../../../ui/BodyBlock.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { HeaderTable } from '../../../ui/HeaderTable.tsx';
import { AnchorLink } from '../../../ui/links.tsx';
import { formatDateTime } from '../../../ui/time.ts';
import { visibleText } from '../../../ui/visible-text.ts';
import { deliveryIdOf, headerOf, headersAsText } from './headers.ts';
import classes from './Requests.module.css';
import { Verdicts } from './Verdicts.tsx';

/** One request, all of it as text: anybody who knows the URL may have written it. */
export function RequestDetail({ request }: { request: InboxRequest }) {
  const { number, method, query, receivedAt, headers, signatures } = request;
  const delivery = deliveryIdOf(request);
  return (
    <div className={classes.detail}>
      <Verdicts signatures={signatures} />
      <Text size="xs" c="dimmed" className={classes.facts ?? ''}>
        <span className={classes.method}>{visibleText(`${method} ${query}`.trim())}</span> ·{' '}
        {formatDateTime(receivedAt)} · request {number}
        {delivery !== null && (
          <>
            {' '}
            ·{' '}
            <AnchorLink
              to="/settings/webhooks/logs"
              search={{ delivery }}
              inherit
              underline="always"
            >
              Its delivery in Delivery Logs
            </AnchorLink>
          </>
        )}
      </Text>
      <Body request={request} />
      <div>
        <Group justify="space-between" mb={4}>
          <Text size="sm" fw={500}>
            Headers
          </Text>
          <CopyButton value={headersAsText(request)} label="Copy headers" />
        </Group>
        <HeaderTable
          label={`Headers of request ${number}`}
          headers={headers.map(({ name, value }) => [name, value] as const)}
        />
      </div>
    </div>
  );
}

function Body({ request }: { request: InboxRequest }) {
  const { bodyText, bodyBase64, bodyBytes } = request;
  if (bodyBytes === 0) {
    return (
      <Text size="sm" c="dimmed">
        The request had no body.
      </Text>
    );
  }
  if (bodyText === null) {
    return (
      <BodyBlock
        title="Body in base64, since it is not UTF-8"
        text={bodyBase64 ?? ''}
        isJson={false}
      />
    );
  }
  const isJson = headerOf(request, 'content-type')?.includes('json') === true;
  return <BodyBlock title="Body" text={bodyText} isJson={isJson} />;
}
