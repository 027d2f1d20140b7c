export interface SignInSearch {
  /** Where to go after signing in: a path of this dashboard. */
  readonly redirect?: string;
  /** The session ended while somebody worked here. */
  readonly ended?: boolean;
}

/** Keeps `redirect` only when it leads nowhere else than here. */
export function readSignInSearch(search: Record<string, unknown>): SignInSearch {
  const { redirect, ended } = search;
  const isOurs = typeof redirect === 'string' && /^\/(?![/\\])/.test(redirect);
  return {
    ...(isOurs && redirect !== '/' ? { redirect } : {}),
    ...(ended === true ? { ended } : {}),
  };
}
