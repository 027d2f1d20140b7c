/** A verify token nobody can guess: 32 characters of hex. */
export function generateVerifyToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
