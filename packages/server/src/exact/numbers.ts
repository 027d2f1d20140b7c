/**
 * Does a JSON number token survive being parsed and printed again? Integers must stay the same
 * number and nothing may become infinite; fractions may round to the nearest double.
 *
 * Printing counts too: 30023997515803312 is a double, yet prints as 30023997515803310, the
 * shortest text that parses to the same double; a receiver with exact integers would see another.
 */
export function isExact(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && token.length <= 15) return true;

  const sent = decimalOf(token);
  if (sent.exponent < 0) return true;

  const printed = decimalOf(String(value));
  if (sent.digits !== printed.digits || sent.exponent !== printed.exponent) return false;
  // A finite double has at most 309 digits, so this stays small whatever the token's exponent.
  return BigInt(sent.digits) * 10n ** BigInt(sent.exponent) === BigInt(Math.abs(value));
}

/** A number as digits × 10^exponent without sign, and without zeros at either end of its digits. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Decimal = { digits: '0', exponent: 0 };

function decimalOf(token: string): Decimal {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token);
  if (match === null) throw new TypeError(`${token.slice(0, 40)} is not a JSON number`);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = withoutTrailingZeros(all);
  if (digits === '') return ZERO;
  return { digits, exponent: Number(exponent) - fraction.length + all.length - digits.length };
}

/** A loop: /0+$/ is quadratic on long runs of zeros that do not end the text. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
