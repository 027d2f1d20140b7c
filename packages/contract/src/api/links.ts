/** One-time links of people: invitations and password resets. Their token travels in the fragment. */
import { z } from 'zod';
import { name, time } from './fields.ts';
import { email, newPassword, Role } from './session.ts';

export const linkToken = z.string().min(1, 'must not be empty').max(200);

/** What making a link answers. */
export const OneTimeLink = z
  .object({
    url: z.string().meta({ description: 'Works once; shown this once and never again' }),
    expiresAt: time,
  })
  .meta({ id: 'OneTimeLink' });
export type OneTimeLink = z.output<typeof OneTimeLink>;

/** What the operator sends for somebody whom no admin can help. */
export const CreateResetLink = z.strictObject({ email }).meta({ id: 'CreateResetLink' });
export type CreateResetLink = z.output<typeof CreateResetLink>;

export const InspectLink = z.strictObject({ token: linkToken }).meta({ id: 'InspectLink' });
export type InspectLink = z.output<typeof InspectLink>;

export const LinkPurpose = z
  .object({
    purpose: z.enum(['invite', 'reset']),
    email: z.string(),
    tenantName: z.string().nullable().meta({ description: 'Null when the operator made the link' }),
    role: Role.optional().meta({ description: 'Of an invitation' }),
    hasAccount: z
      .boolean()
      .meta({ description: 'Whether this e-mail address can sign in already' }),
    needsPassword: z.boolean().meta({
      description:
        'Whether accepting takes a password: a new one, or for an invitation of somebody who has ' +
        'an account the present one. False when this very person is signed in',
    }),
  })
  .meta({ id: 'LinkPurpose' });
export type LinkPurpose = z.output<typeof LinkPurpose>;

export const AcceptLink = z
  .strictObject({ token: linkToken, password: newPassword.optional(), name: name.optional() })
  .meta({ id: 'AcceptLink' });
export type AcceptLink = z.output<typeof AcceptLink>;
