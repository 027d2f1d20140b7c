import type { WebhookHealth } from '@sydx/contract';
import classes from './Sparkline.module.css';

const BAR = 3;
const GAP = 1;
const HEIGHT = 24;

/** Hour by hour, how much succeeded and, on top of it, how much failed. Said in words beside it. */
export function Sparkline({ buckets }: { buckets: WebhookHealth['data'][number]['buckets'] }) {
  const most = Math.max(1, ...buckets.map(({ success, failed }) => success + failed));
  const width = buckets.length * (BAR + GAP) - GAP;
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      aria-hidden
      className={classes.chart}
    >
      {buckets.map(({ from, success, failed }, hour) => {
        const x = hour * (BAR + GAP);
        const good = scale(success, most);
        const bad = scale(failed, most);
        if (good + bad === 0) {
          return (
            <rect key={from} x={x} y={HEIGHT - 1} width={BAR} height={1} className={classes.none} />
          );
        }
        return (
          <g key={from}>
            <rect
              x={x}
              y={HEIGHT - good}
              width={BAR}
              height={good}
              rx={1}
              className={classes.good}
            />
            <rect
              x={x}
              y={HEIGHT - good - bad}
              width={BAR}
              height={bad}
              rx={1}
              className={classes.bad}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** What happened at all is seen, however little it was. */
function scale(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 2));
}
