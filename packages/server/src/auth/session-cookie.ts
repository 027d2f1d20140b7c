/**
 * The session's cookie. Over https its name begins with `__Host-`, which browsers accept only with
 * Secure, Path=/ and no Domain: no sister site can set or read it (RFC 6265bis, section 4.1.3.2).
 */
const NAME = 'sydx_session';

/** The row in the database decides when a session ends; the browser only may not forget it before. */
const MAX_AGE_SECONDS = 60 * 86_400;

const LONGEST_TOKEN = 100;

function nameFor(publicUrl: string): string {
  return isSecure(publicUrl) ? `__Host-${NAME}` : NAME;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** The Set-Cookie of a new session. */
export function sessionCookie(publicUrl: string, token: string): string {
  return cookie(publicUrl, token, MAX_AGE_SECONDS);
}

/** The Set-Cookie that makes the browser forget. */
export function noSessionCookie(publicUrl: string): string {
  return cookie(publicUrl, '', 0);
}

function cookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : '';
  const name = nameFor(publicUrl);
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** @param header Cookie as it came @returns the session's token, or null */
export function readSessionCookie(publicUrl: string, header: string | undefined): string | null {
  const name = nameFor(publicUrl);
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.split('=', 2);
    if (key?.trim() !== name || value === undefined) continue;
    const token = value.trim();
    return token === '' || token.length > LONGEST_TOKEN ? null : token;
  }
  return null;
}

const IN_ITS_PLACE = '(hidden)';

/**
 * Whoever reads what others sent must not become them: browsers send the session to every path of ours,
 * and with every link that is followed to one.
 *
 * @param header Cookie as it came @returns the same, without the token of a session
 */
export function hideSession(header: string): string {
  return header.replaceAll(/((?:^|;)\s*(?:__Host-)?sydx_session\s*=)[^;]*/gi, `$1${IN_ITS_PLACE}`);
}
