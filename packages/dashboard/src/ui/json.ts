export type JsonPart = 'key' | 'string' | 'literal' | 'plain';

/** The whole of a delivered body has at most 96 KiB; past this, colours cost more than they give. */
const COLOURED_CHARACTERS = 40_000;

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;

/** @returns the text with a line for each member, or as it stands when it is not JSON */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Cuts JSON into parts to colour. Joined, the parts are the text. */
export function jsonParts(json: string): readonly (readonly [kind: JsonPart, text: string])[] {
  if (json.length > COLOURED_CHARACTERS) return [['plain', json]];
  const parts: [JsonPart, string][] = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    const [token, colon] = match;
    if (match.index > end) parts.push(['plain', json.slice(end, match.index)]);
    end = match.index + token.length;
    if (colon !== undefined) {
      parts.push(['key', token.slice(0, -colon.length)], ['plain', colon]);
    } else parts.push([token.startsWith('"') ? 'string' : 'literal', token]);
  }
  parts.push(['plain', json.slice(end)]);
  return parts;
}
