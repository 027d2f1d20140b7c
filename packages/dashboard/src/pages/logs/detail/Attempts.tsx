import type { DeliveryDetail } from '@sydx/contract';
import { Text } from '@mantine/core';
import { useNow } from '../../../ui/useNow.ts';
import { formatCountdown } from '../../../ui/moment.ts';
import { AttemptItem } from './AttemptItem.tsx';
import classes from './Attempts.module.css';

/** Every request of a delivery, first to last, and when the next one goes out. */
export function Attempts({ delivery }: { delivery: DeliveryDetail }) {
  const { attempts, status } = delivery;
  if (attempts.length === 0 && status !== 'pending') {
    return (
      <Text c="dimmed" size="sm">
        Nothing was sent. {delivery.error?.message}
      </Text>
    );
  }
  return (
    <ol className={classes.list}>
      {attempts.map((attempt, place) => (
        <AttemptItem
          key={attempt.number}
          attempt={attempt}
          waitedMs={waitBefore(attempts, place)}
          isLast={place === attempts.length - 1}
        />
      ))}
      {status === 'pending' && <NextItem delivery={delivery} />}
    </ol>
  );
}

/** From the end of the attempt before to the start of this one. */
function waitBefore(attempts: DeliveryDetail['attempts'], place: number): number | null {
  const [before, attempt] = [attempts[place - 1], attempts[place]];
  if (before === undefined || attempt === undefined) return null;
  return Date.parse(attempt.startedAt) - Date.parse(before.startedAt) - (before.durationMs ?? 0);
}

function NextItem({ delivery }: { delivery: DeliveryDetail }) {
  const nowMs = useNow(1_000);
  const { attemptCount, nextAttemptAt } = delivery;
  const wait = nextAttemptAt === null ? null : formatCountdown(nextAttemptAt, nowMs);
  return (
    <li className={classes.attempt}>
      <span className={classes.mark} data-outcome="next" />
      <div className={classes.line}>
        <Text size="sm" fw={600}>
          Attempt {attemptCount + 1}
        </Text>
        <Text size="sm" className={classes.next ?? ''}>
          {wait ?? 'sending…'}
        </Text>
      </div>
    </li>
  );
}
