import type { DeliveryStatus } from '@sydx/contract';
import { Ban, CircleCheck, CircleX, Clock, type LucideIcon } from 'lucide-react';
import classes from './StatusBadge.module.css';

const LOOKS: Readonly<Record<DeliveryStatus, { label: string; icon: LucideIcon }>> = {
  success: { label: 'Success', icon: CircleCheck },
  failed: { label: 'Failed', icon: CircleX },
  pending: { label: 'Pending', icon: Clock },
  cancelled: { label: 'Cancelled', icon: Ban },
};

/** What a delivery came to: told by word, shape and colour. */
export function StatusBadge({ status }: { status: DeliveryStatus }) {
  const { label, icon: Icon } = LOOKS[status];
  return (
    <span className={classes.badge} data-status={status}>
      <Icon size={13} aria-hidden />
      {label}
    </span>
  );
}
