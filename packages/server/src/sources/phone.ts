/** How people write numbers: +49 (30) 123-45.67 / 8 */
const SEPARATORS = /[+\s().\-/‐-―]/gu;

/**
 * The digits of a number that somebody typed. What is none passes as the contract's rule for sources
 * says, without `+` and spaces: a lead is never lost to a bad number.
 */
export function phoneOf(typed: string | undefined): string | undefined {
  if (typed === undefined) return undefined;
  const digits = typed.normalize('NFKC').replaceAll(SEPARATORS, '');
  const passed = /^[0-9]+$/.test(digits) ? digits : typed.replaceAll(/[+\s]/g, '');
  return passed === '' ? undefined : passed;
}
