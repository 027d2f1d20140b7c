import { z } from 'zod';

/** What came of sealing all secrets with the present SECRETS_KEY. */
export const Resealing = z
  .object({
    keyId: z.string().meta({ description: 'Names the key and tells nothing about it' }),
    resealed: z.int().meta({ description: 'Secrets that were sealed anew' }),
    remaining: z.int().meta({ description: 'Secrets that another key sealed, even now' }),
    unreadable: z.int().meta({ description: 'Of these, what no key of this node opens' }),
  })
  .meta({ id: 'Resealing' });
export type Resealing = z.output<typeof Resealing>;
