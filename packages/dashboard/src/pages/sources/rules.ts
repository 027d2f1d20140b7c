/** What forms of sources say of a field before it is sent; null where nothing is wrong. */

const META_ID = /^[0-9]{1,32}$/;

export function nameRule(value: string): string | null {
  return value.trim() === '' ? 'Give it a name to find it by.' : null;
}

/** @param isExisting a source that is there keeps its secrets: they may stay empty */
export function secretRule(isExisting: boolean, sentence: string) {
  return (value: string): string | null => (!isExisting && value.trim() === '' ? sentence : null);
}

export function metaAppRules(isExisting: boolean) {
  return {
    name: nameRule,
    appSecret: secretRule(isExisting, 'Paste the app secret of your Meta app.'),
    verifyToken: secretRule(isExisting, 'Enter a token, or generate one.'),
  };
}

/** @param what what the ids are of, and what they are not */
export function metaIdsRule(what: (strange: string) => string) {
  return (ids: readonly string[]): string | null => {
    const strange = ids.find((id) => !META_ID.test(id));
    return strange === undefined ? null : what(strange);
  };
}
