import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './FoldedList.module.css';

/** A bordered list, one thing a row, of which there is more to see when it is opened. */
export function FoldedList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  );
}

interface FoldedRowProps {
  label?: string;
  /** Two elements: what it is, and a sentence, which stands below where there is little room. */
  summary: ReactNode;
  when: ReactNode;
  /** Where others decide whether it is open; each row decides for itself else. */
  isOpen?: boolean;
  onToggle?: (isOpen: boolean) => void;
  children: ReactNode;
}

/** @param props `label` is the thing's name, for screen readers */
export function FoldedRow({ label, summary, when, isOpen, onToggle, children }: FoldedRowProps) {
  return (
    <li aria-label={label}>
      <details open={isOpen} onToggle={({ currentTarget }) => onToggle?.(currentTarget.open)}>
        <summary className={classes.summary}>
          <ChevronRight size={14} aria-hidden className={classes.chevron} />
          {summary}
          <span className={classes.when}>{when}</span>
        </summary>
        <div className={classes.body}>{children}</div>
      </details>
    </li>
  );
}
