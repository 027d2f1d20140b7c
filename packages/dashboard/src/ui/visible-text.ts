/**
 * Signs that a terminal or a browser would obey instead of showing: control characters, and those
 * that turn the reading direction round or hide what follows.
 */
const OBEYED =
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

/** Text that strangers wrote, with every such sign shown as its name: “‹U+202E›”. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(OBEYED, (sign) => {
    const code = sign.charCodeAt(0);
    // Unicode has pictures for the first 32: ␛.
    if (code < 0x20) return String.fromCharCode(0x24_00 + code);
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}
