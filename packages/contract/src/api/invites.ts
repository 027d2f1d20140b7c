import { z } from 'zod';
import { idOf, time } from './fields.ts';
import { pageOf } from './page.ts';
import { email, Role } from './session.ts';

export const CreateInvite = z.strictObject({ email, role: Role }).meta({ id: 'CreateInvite' });
export type CreateInvite = z.output<typeof CreateInvite>;

const invite = {
  id: idOf('inv'),
  email: z.string(),
  role: Role,
  createdAt: time,
  expiresAt: time,
};

/** One that can still be accepted. */
export const Invite = z.object(invite).meta({ id: 'Invite' });
export type Invite = z.output<typeof Invite>;

export const InvitePage = pageOf('InvitePage', Invite);

export const CreatedInvite = z
  .object({
    ...invite,
    url: z.string().meta({ description: 'A one-time link, shown this once and never again' }),
  })
  .meta({ id: 'CreatedInvite' });
export type CreatedInvite = z.output<typeof CreatedInvite>;
