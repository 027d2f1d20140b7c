import { z } from 'zod';

/** /healthz: the process runs. /readyz: and the database answers, else 503 database_unavailable. */
export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
