import type { InboxRequest, InboxVerdict } from '@sydx/contract';
import { CircleCheck, CircleHelp, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import classes from './Requests.module.css';

const LOOKS: Readonly<
  Record<InboxVerdict['verdict'], { readonly word: string; readonly icon: LucideIcon }>
> = {
  valid: { word: 'Valid', icon: CircleCheck },
  invalid: { word: 'Wrong', icon: CircleX },
  absent: { word: 'Missing', icon: CircleMinus },
  unknown: { word: 'Not verified', icon: CircleHelp },
};

/** What a receiver with the webhook's secret would have said of each signature. */
export function Verdicts({ signatures }: Pick<InboxRequest, 'signatures'>) {
  return (
    <ul className={classes.verdicts} aria-label="Signatures">
      <Verdict name="X-Sydx-Signature" verdict={signatures.sydx} />
      <Verdict name="Standard Webhooks" verdict={signatures.standard} />
    </ul>
  );
}

function Verdict({
  name,
  verdict: { verdict, sentence },
}: {
  name: string;
  verdict: InboxVerdict;
}) {
  const { word, icon: Icon } = LOOKS[verdict];
  return (
    <li className={classes.verdict}>
      <Icon size={16} aria-hidden className={classes.mark} data-verdict={verdict} />
      <div>
        <b>
          {name}: {word.toLowerCase()}
        </b>
        <div className={classes.quiet}>{sentence}</div>
      </div>
    </li>
  );
}
