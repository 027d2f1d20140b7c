import { useNow } from '../../../ui/useNow.ts';
import { formatCountdown } from '../../../ui/moment.ts';
import classes from './DeliveryTable.module.css';

interface NextAttemptProps {
  /** Attempts made so far. */
  attemptCount: number;
  /** Null while one is under way. */
  at: string | null;
}

/** “2, next in 0:23”, counting down. */
export function NextAttempt({ attemptCount, at }: NextAttemptProps) {
  const nowMs = useNow(1_000);
  const wait = at === null ? null : formatCountdown(at, nowMs);
  return (
    <>
      {attemptCount > 0 && `${attemptCount}, `}
      <span className={classes.next}>{wait === null ? 'sending…' : `next ${wait}`}</span>
    </>
  );
}
