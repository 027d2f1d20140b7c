import { createRouter } from '@tanstack/react-router';
import { ErrorState } from '../ui/ErrorState.tsx';
import { PageSkeleton } from '../ui/Skeletons.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { routeTree } from './routes.tsx';

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingMs: 150,
  defaultPendingComponent: PageSkeleton,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
