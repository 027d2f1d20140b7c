/**
 * Whether a number is a multiple of another by what is written, not by what binary fractions make of it:
 * 19.99 is a multiple of 0.01, though 19.99 % 0.01 is not 0.
 */
export function isMultiple(value: number, of: number): boolean {
  const a = toDecimal(value);
  const b = toDecimal(of);
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (one: Decimal) => one.digits * 10n ** BigInt(one.exponent - exponent);
  return scaled(a) % scaled(b) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The shortest decimal that reads back as this number; at most 17 digits. */
function toDecimal(value: number): Decimal {
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}
