/** Signing in and out, and the session itself. */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { idOf, tenantId, time } from './fields.ts';

export const ROLES = ['admin', 'agent'] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.output<typeof Role>;

/** One address, one person, whatever the case it is written in. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 characters')
  .regex(/^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,189}$/u, 'must be an e-mail address')
  .meta({ format: 'email' });

/** A password that somebody chooses. Length alone is judged, as NIST SP 800-63B asks. */
export const newPassword = z
  .string()
  .min(
    LIMITS.passwordMinCharacters,
    `must have at least ${LIMITS.passwordMinCharacters} characters`,
  )
  .max(LIMITS.passwordMaxCharacters, `must have at most ${LIMITS.passwordMaxCharacters} characters`)
  .meta({ format: 'password' });

/** A password that somebody enters: whatever it is, it is compared, not judged. */
const password = z.string().min(1, 'must not be empty').max(LIMITS.passwordMaxCharacters);

export const SignIn = z.strictObject({ email, password }).meta({ id: 'SignIn' });
export type SignIn = z.output<typeof SignIn>;

export const SwitchTenant = z.strictObject({ tenantId }).meta({ id: 'SwitchTenant' });
export type SwitchTenant = z.output<typeof SwitchTenant>;

export const ChangePassword = z
  .strictObject({ currentPassword: password, newPassword })
  .meta({ id: 'ChangePassword' });
export type ChangePassword = z.output<typeof ChangePassword>;

const tenant = { id: z.string(), name: z.string(), plan: z.string() };

export const Session = z
  .object({
    kind: z.enum(['person', 'portal']),
    person: z
      .object({ id: idOf('per'), email: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'Null in a portal: whoever holds the link' }),
    tenant: z.object(tenant).meta({ description: 'The tenant that the session acts in now' }),
    role: Role,
    tenants: z
      .array(z.object({ ...tenant, role: Role }))
      .meta({ description: 'All that this person belongs to' }),
    expiresAt: time.meta({ description: 'When it ends unless it is used before' }),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;
