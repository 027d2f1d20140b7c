import type { Attempt } from '@sydx/contract';
import { Text } from '@mantine/core';
import { formatDateTime, formatDuration } from '../../../ui/time.ts';
import { responseWord } from '../outcome.ts';
import { BodyBlock } from '../../../ui/BodyBlock.tsx';
import classes from './Attempts.module.css';
import { HeaderTable } from '../../../ui/HeaderTable.tsx';

interface AttemptItemProps {
  attempt: Attempt;
  /** Since the end of the attempt before; null for the first. */
  waitedMs: number | null;
  isLast: boolean;
}

export function AttemptItem({ attempt, waitedMs, isLast }: AttemptItemProps) {
  const { number, startedAt, durationMs, statusCode, error, response } = attempt;
  const outcome = error === null ? 'good' : 'bad';
  return (
    <li className={classes.attempt}>
      <span className={classes.mark} data-outcome={outcome} />
      <div className={classes.line}>
        <Text size="sm" fw={600}>
          Attempt {number}
        </Text>
        <Text size="sm" className={classes.code ?? ''} data-outcome={outcome}>
          {responseWord(statusCode, error)}
        </Text>
        {durationMs !== null && <Text size="sm">{formatDuration(durationMs)}</Text>}
        <Text size="xs" c="dimmed">
          {formatDateTime(startedAt)}
          {waitedMs !== null && `, ${formatWait(waitedMs)} after the one before`}
        </Text>
      </div>
      {error !== null && (
        <Text size="sm" mt={2}>
          {error.message}
        </Text>
      )}
      {response !== null && <Response response={response} number={number} isOpen={isLast} />}
    </li>
  );
}

interface ResponseProps {
  response: NonNullable<Attempt['response']>;
  number: number;
  isOpen: boolean;
}

function Response({ response, number, isOpen }: ResponseProps) {
  const { headers, body, truncated } = response;
  return (
    <details className={classes.response} open={isOpen}>
      <summary>Response</summary>
      <div>
        {body === '' ? (
          <Text size="sm" c="dimmed">
            The response had no body.
          </Text>
        ) : (
          <BodyBlock
            title={truncated ? 'Response body, its first 8 KiB' : 'Response body'}
            text={body}
            isJson={isJson(headers) && !truncated}
            maxHeight={220}
          />
        )}
        {Object.keys(headers).length > 0 && (
          <HeaderTable
            label={`Response headers of attempt ${number}`}
            headers={Object.entries(headers)}
          />
        )}
      </div>
    </details>
  );
}

function isJson(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.includes('json'),
  );
}

/** Waits are told by the second, as the retry schedule is. */
function formatWait(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
}
