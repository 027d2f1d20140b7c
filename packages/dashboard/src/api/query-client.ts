import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from './problem-error.ts';

/** What a second try may mend: nothing answered, or the server was busy or restarting. */
function isWorthRetrying(error: Error): boolean {
  return !(error instanceof ProblemError) || error.status >= 500;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && isWorthRetrying(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
    },
    mutations: {
      // A change is made once; whoever asked for it decides about another try.
      retry: false,
      networkMode: 'always',
    },
  },
});
