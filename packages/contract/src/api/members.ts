import { z } from 'zod';
import { idOf, time } from './fields.ts';
import { pageOf } from './page.ts';
import { Role } from './session.ts';

/** A person in a tenant. */
export const Member = z
  .object({
    id: idOf('per'),
    email: z.string(),
    name: z.string(),
    role: Role,
    createdAt: time.meta({ description: 'When the person joined this tenant' }),
    lastSeenAt: time.nullable().meta({ description: 'In this tenant, to within five minutes' }),
  })
  .meta({ id: 'Member' });
export type Member = z.output<typeof Member>;

export const MemberPage = pageOf('MemberPage', Member);

export const PatchMember = z.strictObject({ role: Role }).meta({ id: 'PatchMember' });
export type PatchMember = z.output<typeof PatchMember>;
