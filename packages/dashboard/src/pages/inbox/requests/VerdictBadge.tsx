import type { InboxRequest } from '@sydx/contract';
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import classes from '../../../ui/StatusBadge.module.css';

/** Both signatures in two words. */
export function VerdictBadge({ signatures }: Pick<InboxRequest, 'signatures'>) {
  const verdicts = [signatures.sydx.verdict, signatures.standard.verdict];
  if (verdicts.every((verdict) => verdict === 'valid')) {
    return <Badge status="success" icon={ShieldCheck} words="Signatures valid" />;
  }
  if (verdicts.includes('invalid')) {
    return <Badge status="failed" icon={ShieldAlert} words="Signature wrong" />;
  }
  if (verdicts.every((verdict) => verdict === 'absent')) {
    return <Badge icon={ShieldQuestion} words="Not signed" />;
  }
  return <Badge icon={ShieldQuestion} words="Not verified" />;
}

interface BadgeProps {
  status?: 'success' | 'failed';
  icon: typeof ShieldCheck;
  words: string;
}

function Badge({ status, icon: Icon, words }: BadgeProps) {
  return (
    <span className={classes.badge} data-status={status}>
      <Icon size={13} aria-hidden />
      {words}
    </span>
  );
}
