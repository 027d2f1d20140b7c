import type { AuditEntry } from '@sydx/contract';
import { Text } from '@mantine/core';
import { AnchorLink } from '../../ui/links.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowName } from '../../ui/RowList.tsx';
import classes from './AuditLog.module.css';
import { ACTION_LABELS, actorOf, fieldLabel, objectOf, valueOf } from './sentences.ts';

/** One deed. All of it is text: names are whatever somebody typed. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { action, actor, changes, createdAt } = entry;
  const object = objectOf(entry.object);
  const label = ACTION_LABELS[action];
  return (
    <Row label={object === null ? label : `${label}: ${object}`}>
      <div className={classes.row}>
        <div className={classes.what}>
          <RowName>{label}</RowName>
          {object !== null && entry.object.id !== null && (
            <AnchorLink
              size="sm"
              to="/settings/webhooks/audit"
              search={{ object: entry.object.id }}
              className={classes.object ?? ''}
            >
              {object}
            </AnchorLink>
          )}
        </div>
        <div className={classes.who}>
          <span className={classes.actor}>{actorOf(actor)}</span>
          <Text span inherit c="dimmed">
            <RelativeTime at={createdAt} />
            {actor.address !== null && ` · ${actor.address}`}
          </Text>
        </div>
        {changes.length > 0 && (
          <dl className={classes.changes}>
            {changes.map(({ field, before, after }) => (
              <div key={field} className={classes.change}>
                <dt>{fieldLabel(field)}</dt>
                <dd>
                  {before !== null && (
                    <>
                      <span className={classes.before}>{valueOf(before)}</span>
                      <span aria-hidden> → </span>
                      <span className={classes.spoken}> became </span>
                    </>
                  )}
                  {valueOf(after)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </Row>
  );
}
