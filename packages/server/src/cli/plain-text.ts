/**
 * Text from outside, fit for a terminal: control characters (C0, DEL, C1) and those that turn the
 * direction of writing become visible, so that nobody can move the cursor or forge a line.
 *
 * @param keepLines leaves line breaks and tabs as they are
 */
export function plainText(text: string, keepLines = false): string {
  return text.replaceAll(
    /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => {
      if (keepLines && (character === '\n' || character === '\t')) return character;
      return '\u{fffd}';
    },
  );
}
