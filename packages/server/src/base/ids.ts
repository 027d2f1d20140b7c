/**
 * Readable ids. Inside, an id is a 63-bit number made by PostgreSQL (`sydx.new_id()`: milliseconds
 * since 2024 << 22 | sequence) and travels as a decimal string, because it exceeds 2^53. Outside it
 * is a prefix and 13 characters of Crockford base32: fixed width, so text sorts as time does.
 */
export type IdPrefix =
  | 'evt'
  | 'whk'
  | 'dlv'
  | 'src'
  | 'ten'
  | 'key'
  | 'rpl'
  | 'per'
  | 'inv'
  | 'lnk'
  | 'rej'
  | 'led'
  | 'ses'
  | 'aud'
  | 'inb';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const WIDTH = 13;
const EPOCH_MS = 1_704_067_200_000;
const LARGEST = 2n ** 63n - 1n;

const VALUES = new Map(
  Array.from(ALPHABET, (character, value) => [character, BigInt(value)] as const),
);

/** @param id decimal string of a 63-bit number @returns e.g. `evt_02qbt8v3jm0c1` */
export function formatId(prefix: IdPrefix, id: string): string {
  // Two halves: arithmetic on doubles is several times quicker than on BigInt, and this is hot.
  const value = BigInt(id);
  let low = Number(value & 0x3fff_ffffn);
  let high = Number(value >> 30n);
  let tail = '';
  for (let n = 0; n < 6; n += 1) {
    tail = ALPHABET.charAt(low & 31) + tail;
    low = Math.floor(low / 32);
  }
  let head = '';
  for (let n = 6; n < WIDTH; n += 1) {
    head = ALPHABET.charAt(high % 32) + head;
    high = Math.floor(high / 32);
  }
  return `${prefix}_${head}${tail}`;
}

/** @returns the decimal string inside, or null when the text is not an id of this kind */
export function parseId(prefix: IdPrefix, text: string): string | null {
  if (text.length !== prefix.length + 1 + WIDTH || !text.startsWith(`${prefix}_`)) return null;
  let value = 0n;
  for (let at = prefix.length + 1; at < text.length; at += 1) {
    const digit = VALUES.get(text.charAt(at));
    if (digit === undefined) return null;
    value = (value << 5n) | digit;
  }
  return value > LARGEST ? null : value.toString();
}

/** @returns the moment an id was made, in milliseconds since 1970, by PostgreSQL's clock */
export function timeOfId(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** @returns the smallest id of a moment (milliseconds since 1970): a bound for time filters */
export function smallestIdAt(timeMs: number): string {
  const id = BigInt(Math.max(0, Math.floor(timeMs) - EPOCH_MS)) << 22n;
  // 41 bits of milliseconds end in 2093.
  return (id > LARGEST ? LARGEST : id).toString();
}
