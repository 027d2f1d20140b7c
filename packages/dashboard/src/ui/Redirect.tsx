import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { PageSkeleton } from './Skeletons.tsx';

/**
 * Goes somewhere else once, in place of the page that asked. The router's own <Navigate> goes again
 * at every render, and the page that it leaves is rendered until the next one is loaded.
 *
 * @param href path with search
 */
export function Redirect({ href }: { href: string }) {
  const { history } = useRouter();
  const [target] = useState(href);
  useEffect(() => history.replace(target), [history, target]);
  return <PageSkeleton />;
}
