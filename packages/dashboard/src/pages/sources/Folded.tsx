import { Collapse, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface FoldedProps {
  title: string;
  /** To begin with: what was filled in is not hidden. */
  isUsed: boolean;
  children: ReactNode;
}

/** Fields that few need. */
export function Folded({ title, isUsed, children }: FoldedProps) {
  const [isOpen, { toggle }] = useDisclosure(isUsed);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} fz="sm" fw={500}>
        <Chevron size={14} aria-hidden style={{ verticalAlign: -2 }} /> {title}
      </UnstyledButton>
      <Collapse expanded={isOpen}>{children}</Collapse>
    </div>
  );
}
