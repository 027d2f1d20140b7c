/** Digits that the URL parser maps to 0–9 (UTS 46): full width, mathematical bold, circled. */
const FULL_WIDTH = Array.from('０１２３４５６７８９');
const BOLD = Array.from('𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗');
const CIRCLED = Array.from('⓪①②③④⑤⑥⑦⑧⑨');
/** Dots that it maps to one: ideographic, full width, half width. */
const DOTS = ['。', '．', '｡'];

/** Hosts of a URL that all mean this IPv4 address. */
export function spellingsV4(address: string): string[] {
  const bytes = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const octal = (n: number) => `0${n.toString(8)}`;
  const hex = (n: number) => `0x${n.toString(16)}`;
  const inDigits = (digits: readonly string[]) =>
    address.replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
  return [
    address,
    `${address}.`,
    String(whole),
    octal(whole),
    hex(whole),
    hex(whole).toUpperCase(),
    bytes.map(octal).join('.'),
    bytes.map(hex).join('.'),
    bytes.map((n) => `000${n.toString(8)}`).join('.'),
    bytes.map((n) => `0x0000${n.toString(16)}`).join('.'),
    `${a}.${(b << 16) | (c << 8) | d}`,
    `${a}.${b}.${(c << 8) | d}`,
    `${hex(a)}.${octal(b)}.${(c << 8) | d}`,
    ...[FULL_WIDTH, BOLD, CIRCLED].map(inDigits),
    ...DOTS.map((dot) => bytes.join(dot)),
    address.replace(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`),
    // A soft hyphen is dropped.
    address.replace('.', '\u00ad.'),
    address.replace('.', '\t.'),
    address.replace('.', '\n.'),
  ];
}

/** Hosts of a URL, in brackets, that all mean this IPv6 address of eight groups. */
export function spellingsV6(address: string): string[] {
  const groups = address.split(':');
  const low = groups.slice(6).map((group) => Number.parseInt(group, 16));
  const asV4 = low.flatMap((group) => [group >> 8, group & 0xff]).join('.');
  return [
    address,
    address.toUpperCase(),
    groups.map((group) => group.padStart(4, '0')).join(':'),
    [...groups.slice(0, 6), asV4].join(':'),
    new URL(`http://[${address}]/`).hostname.slice(1, -1),
  ].map((text) => `[${text}]`);
}

/** IPv6 addresses that carry this IPv4 address: whoever dials them may end there. */
export function carriers(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const high = ((a << 8) | b).toString(16);
  const low = ((c << 8) | d).toString(16);
  const [notHigh, notLow] = [0xffff ^ ((a << 8) | b), 0xffff ^ ((c << 8) | d)];
  return [
    `0:0:0:0:0:0:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `0:0:0:0:ffff:0:${high}:${low}`,
    `64:ff9b:0:0:0:0:${high}:${low}`,
    `64:ff9b:1:0:0:0:${high}:${low}`,
    `2002:${high}:${low}:0:0:0:0:1`,
    // Teredo writes the client's address inverted.
    `2001:0:${high}:${low}:0:ffff:${notHigh.toString(16)}:${notLow.toString(16)}`,
    `2600:1:2:3:0:5efe:${high}:${low}`,
    `2600:1:2:3:200:5efe:${high}:${low}`,
  ];
}
