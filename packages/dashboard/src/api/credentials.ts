/**
 * Who the requests speak for. A person's cookie travels by itself. A portal's bearer token is kept
 * for this frame and this tab alone, since a frame of another site gets no cookies.
 */
const KEY = 'sydx-portal-token';

let inMemory: string | null = null;

export function portalToken(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? inMemory;
  } catch {
    // The browser keeps frames of other sites from storage: memory lasts until the reload.
    return inMemory;
  }
}

/** @param token null to forget it */
export function keepPortalToken(token: string | null): void {
  inMemory = token;
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // As above: memory has it.
  }
}
