/**
 * Does a JSON number token survive parsing? Integers must be the same number afterwards and
 * nothing may become infinite; fractions may round to the nearest double.
 */
export function isExact(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && token.length <= 15) return true;

  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token);
  if (match === null) return false;
  const [, whole = '', fraction = '', exponentText = '0'] = match;

  // token = ± digits × 10^exponent, digits without zeros at either end.
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return true;
  const exponent = Number(exponentText) - fraction.length + digits.length - significant.length;
  if (exponent < 0) return true;

  // A finite double has at most 309 digits, so this stays small whatever the token's exponent.
  return BigInt(significant) * 10n ** BigInt(exponent) === BigInt(Math.abs(value));
}

/** A loop: /0+$/ is quadratic on long runs of zeros that do not end the text. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
