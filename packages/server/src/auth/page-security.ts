import type { Settings } from '../base/settings.ts';

/** Pages that take a password or a one-time link of a person: nobody frames them. */
const NEVER_FRAMED = new Set(['/sign-in', '/invite', '/reset']);

/**
 * The security headers of the dashboard's pages. Mantine writes style elements and attributes, so
 * styles may be inline; scripts may not. Only origins of PORTAL_ORIGINS may frame what a portal shows.
 *
 * @param path of the page, without query and fragment
 */
export function pageSecurityHeaders(
  { portalOrigins }: Pick<Settings, 'portalOrigins'>,
  path: string,
): Readonly<Record<string, string>> {
  const mayBeFramed = !NEVER_FRAMED.has(path.replace(/\/+$/, ''));
  const ancestors = mayBeFramed ? ["'self'", ...portalOrigins] : ["'none'"];
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${ancestors.join(' ')}`,
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    // A frame inside of the CRM has no opener to be kept from.
    'cross-origin-opener-policy': 'same-origin',
  };
}
