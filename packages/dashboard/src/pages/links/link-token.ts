import { useState } from 'react';

/**
 * The one-time token after `#`. It is read once and taken out of the address bar, so that neither
 * the history nor a shared screen keeps it.
 */
export function useLinkToken(): string {
  const [token] = useState(() => {
    const found = window.location.hash.slice(1);
    if (found !== '') {
      window.history.replaceState(window.history.state, '', window.location.pathname);
    }
    return found;
  });
  return token;
}
