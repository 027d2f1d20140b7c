import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page of Meta's, in a tab of its own. */
export function MetaLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Anchor href={href} target="_blank" underline="always" inherit>
      {children}
    </Anchor>
  );
}

export function MetaAppDashboardLink() {
  return <MetaLink href="https://developers.facebook.com/apps">Meta app dashboard</MetaLink>;
}
