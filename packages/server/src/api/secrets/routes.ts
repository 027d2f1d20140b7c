import { Resealing } from '@sydx/contract';
import { requires } from '../../auth/access.ts';
import { actorOf } from '../../auth/actor.ts';
import { resealSecrets } from '../../auth/secrets-key.ts';
import { ProblemError } from '../../base/problem.ts';
import { whileNobodyReseals } from '../../store/reseal.ts';
import { answers } from '../answers.ts';
import type { ApiContext, RegisterRoutes } from '../context.ts';

const tags = ['Secrets'];

type ChangeAlone = (work: () => Promise<Resealing>) => Promise<Resealing>;

/** One change of keys at a time, here and on all nodes. @throws ProblemError conflict to whoever comes second */
function oneAtATime({ database }: Pick<ApiContext, 'database'>): ChangeAlone {
  // Beside the lock in the database: that ends with its connection, and the work here may not.
  let isUnderWay = false;
  const refusal = () =>
    new ProblemError('conflict', {
      detail:
        'Secrets are being sealed anew already. Wait until that call is answered, then ask again if ' +
        'it is still needed.',
    });
  return async (work) => {
    if (isUnderWay) throw refusal();
    isUnderWay = true;
    try {
      const done = await whileNobodyReseals(database.general, work);
      if (done === null) throw refusal();
      return done;
    } finally {
      isUnderWay = false;
    }
  };
}

/** Changing SECRETS_KEY while deliveries go on; what the operator's command line calls. */
export const registerSecrets: RegisterRoutes = (app, { database, keyring, ownKey }) => {
  const alone = oneAtATime({ database });

  app.post(
    '/v1/secrets/reseal',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'resealSecrets',
        summary: "Seal every secret with this node's SECRETS_KEY",
        description:
          'Once every node has both keys. When nothing remains, SECRETS_KEY_PREVIOUS can be left out.',
        response: answers({ 200: Resealing }),
      },
    },
    async (request) => alone(() => resealSecrets(database, keyring, actorOf(request))),
  );

  app.post(
    '/v1/secrets/rotate',
    {
      ...requires('operator'),
      schema: {
        tags,
        operationId: 'rotateSecretsKey',
        summary:
          'Replace the key that the first start made, and seal every secret with the new one',
        description: 'With a private PostgreSQL alone; elsewhere the key is in the settings.',
        response: answers({ 200: Resealing }),
      },
    },
    async (request) => {
      if (ownKey === null) {
        throw new ProblemError('conflict', {
          detail:
            'SECRETS_KEY is set, so this server cannot change it: change the setting on every node, ' +
            'then run npx sydx secrets reseal.',
        });
      }
      return await alone(async () => {
        const next = await ownKey.makeNext();
        keyring.turnTo(next);
        const resealing = await resealSecrets(database, keyring, actorOf(request));
        // While something remains that only the old key opens, both stay on disk.
        if (resealing.remaining === 0) await ownKey.keepNext(next);
        return resealing;
      });
    },
  );
};
