import { generateSecret, secretHint } from '../../signing/secrets.ts';
import type { SealedSecret } from '../../store/create-webhook.ts';
import type { ApiContext } from '../context.ts';

/** A new secret, to be shown once, and how it is stored. */
export function makeSecret({ keyring, randomBytes }: Pick<ApiContext, 'keyring' | 'randomBytes'>): {
  secret: string;
  seal: (webhookId: string) => SealedSecret;
} {
  const secret = generateSecret(randomBytes);
  return {
    secret,
    seal: (webhookId) => ({
      ...keyring.seal(secret, `webhook:${webhookId}`),
      hint: secretHint(secret),
    }),
  };
}
