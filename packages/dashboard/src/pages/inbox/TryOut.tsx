import type { Inbox } from '@sydx/contract';
import { Panel } from '../../ui/Panel.tsx';
import { AnswerField } from './AnswerField.tsx';
import { SendTest } from './send/SendTest.tsx';
import classes from './TryOut.module.css';

/** The two things to play with: what is sent, and what it is answered. */
export function TryOut({ inbox }: { inbox: Inbox }) {
  return (
    <Panel>
      <div className={classes.halves}>
        {inbox.webhookId !== null && <SendTest inboxId={inbox.id} webhookId={inbox.webhookId} />}
        <AnswerField inbox={inbox} />
      </div>
    </Panel>
  );
}
