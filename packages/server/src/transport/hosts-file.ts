/**
 * Reads the format of /etc/hosts (hosts(5)): an address, then names; # starts a comment.
 * Gives the addresses of each name, names in lower case.
 */
export function parseHostsFile(text: string): ReadonlyMap<string, readonly string[]> {
  const addressesByName = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (address === undefined || address === '') continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = addressesByName.get(key);
      if (known === undefined) addressesByName.set(key, [address]);
      else known.push(address);
    }
  }
  return addressesByName;
}
