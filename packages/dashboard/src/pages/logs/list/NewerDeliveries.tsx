import { Button } from '@mantine/core';
import { ArrowUp } from 'lucide-react';
import { plural } from '../../../ui/figures.ts';
import classes from './NewerDeliveries.module.css';

interface NewerDeliveriesProps {
  count: number;
  /** There are more than were counted. */
  isMore: boolean;
  onShow: () => void;
}

/** Over the rows that somebody reads: how many came meanwhile, and the way to them. */
export function NewerDeliveries({ count, isMore, onShow }: NewerDeliveriesProps) {
  return (
    <div className={classes.newer} role="status">
      {count > 0 && (
        <Button
          size="xs"
          radius="xl"
          className={classes.newerButton ?? ''}
          leftSection={<ArrowUp size={12} aria-hidden />}
          onClick={onShow}
        >
          {isMore
            ? `More than ${count} new deliveries`
            : plural(count, 'new delivery', 'new deliveries')}
        </Button>
      )}
    </div>
  );
}
