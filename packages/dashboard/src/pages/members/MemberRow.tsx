import type { Member } from '@sydx/contract';
import { Avatar, Box } from '@mantine/core';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowName } from '../../ui/RowList.tsx';
import { MemberMenu } from './MemberMenu.tsx';
import classes from './MemberRow.module.css';
import { RoleMenu } from './RoleMenu.tsx';

export interface MemberProps {
  member: Member;
  isYou: boolean;
  /** Whom the account cannot do without. */
  isLastAdmin: boolean;
}

export function MemberRow(props: MemberProps) {
  const { member, isYou } = props;
  const { name, email } = member;
  return (
    <Row label={name}>
      <Box className={classes.row}>
        <Avatar
          size={36}
          radius="xl"
          variant="default"
          aria-hidden
          className={classes.avatar ?? ''}
        >
          {name.slice(0, 1).toUpperCase()}
        </Avatar>
        <Box miw={0}>
          <RowName>
            {name}
            {isYou && <span className={classes.you}>You</span>}
          </RowName>
          {email !== name && (
            <Box className={classes.email} title={email}>
              {email}
            </Box>
          )}
          <Box className={`${classes.email} ${classes.onPhone}`}>
            <LastSeen member={member} />
          </Box>
        </Box>
        <Box className={classes.seen}>
          <LastSeen member={member} />
        </Box>
        <RoleMenu {...props} />
        <MemberMenu {...props} />
      </Box>
    </Row>
  );
}

function LastSeen({ member }: { member: Member }) {
  if (member.lastSeenAt === null) return 'never signed in';
  return (
    <>
      seen <RelativeTime at={member.lastSeenAt} />
    </>
  );
}
