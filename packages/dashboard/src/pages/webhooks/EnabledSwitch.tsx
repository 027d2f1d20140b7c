import type { PatchedWebhook, Webhook } from '@sydx/contract';
import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useChangeWebhook } from '../../api/webhooks.ts';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { ReplayOfferDialog } from './replay/ReplayOfferDialog.tsx';

type Offer = NonNullable<PatchedWebhook['replayOffer']>;

/** Enables and disables at once; enabling offers to replay what disabling cancelled. */
export function EnabledSwitch({ webhook }: { webhook: Webhook }) {
  const change = useChangeWebhook(webhook.id);
  const [offer, setOffer] = useState<Offer | null>(null);
  const turn = (enabled: boolean) =>
    change.mutate(
      { enabled },
      {
        onSuccess: ({ replayOffer }) => {
          if (replayOffer !== undefined) setOffer(replayOffer);
          else
            notifyDone(enabled ? `“${webhook.name}” is enabled.` : whatDisablingDid(webhook.name));
        },
        onError: notifyProblem,
      },
    );
  return (
    <>
      <Switch
        checked={change.isPending ? change.variables.enabled === true : webhook.enabled}
        disabled={change.isPending}
        onChange={(event) => turn(event.currentTarget.checked)}
        aria-label={`Enabled: ${webhook.name}`}
        withThumbIndicator={false}
      />
      <ReplayOfferDialog
        key={offer?.from ?? 'none'}
        webhook={webhook}
        offer={offer}
        onClose={() => setOffer(null)}
      />
    </>
  );
}

function whatDisablingDid(name: string): string {
  return `“${name}” is disabled: nothing more is sent. What was waiting is cancelled, and you can replay it after enabling again.`;
}
