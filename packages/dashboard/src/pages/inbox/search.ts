/** What the address bar of the page holds. */
export interface InboxSearch {
  /** The inbox that is shown; the newest when none is named. */
  readonly inbox?: string;
}

/** Takes what anyone may have typed. */
export function readInboxSearch({ inbox }: Record<string, unknown>): InboxSearch {
  return typeof inbox === 'string' && inbox !== '' ? { inbox } : {};
}
