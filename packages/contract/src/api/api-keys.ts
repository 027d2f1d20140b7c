import { z } from 'zod';
import { idOf, name, setOf, time } from './fields.ts';
import { pageOf } from './page.ts';

export const SCOPES = ['events:write', 'deliveries:read', 'webhooks:admin', 'operator'] as const;
export const Scope = z.enum(SCOPES).meta({ id: 'Scope' });
export type Scope = z.output<typeof Scope>;

/** A key grants only scopes that it holds: who asks for more gets 403 `forbidden`. */
export const CreateApiKey = z
  .strictObject({ name, scopes: setOf(Scope) })
  .meta({ id: 'CreateApiKey' });
export type CreateApiKey = z.output<typeof CreateApiKey>;

const apiKey = {
  id: idOf('key'),
  name: z.string(),
  scopes: z.array(Scope),
  keyHint: z.string().meta({ description: 'The last 4 characters of the key' }),
  createdAt: time,
  lastUsedAt: time
    .nullable()
    .meta({ description: 'To the minute or so; null when it was never used' }),
};

export const ApiKey = z.object(apiKey).meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof ApiKey>;

export const ApiKeyPage = pageOf('ApiKeyPage', ApiKey);

export const CreatedApiKey = z
  .object({
    ...apiKey,
    key: z.string().meta({ description: 'Shown this once and never again' }),
  })
  .meta({ id: 'CreatedApiKey' });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;
