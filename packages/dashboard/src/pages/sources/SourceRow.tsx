import type { Source } from '@sydx/contract';
import { Box, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Row, RowIcon, RowName } from '../../ui/RowList.tsx';
import { DeleteSourceDialog } from './DeleteSourceDialog.tsx';
import { EditSourceDialog } from './EditSourceDialog.tsx';
import { viewOf } from './kinds.ts';
import { SetupDialog } from './SetupDialog.tsx';
import classes from './SourceRow.module.css';

export function SourceRow({ source }: { source: Source }) {
  const [isSettingUp, settingUp] = useDisclosure(false);
  const [isEditing, editing] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  const { name, url, lastReceivedAt } = source;
  const { label, icon, urlLabel, setupLabel, summary, Status } = viewOf(source.kind);
  return (
    <Row label={name}>
      <Box className={classes.row}>
        <RowIcon icon={icon} />
        <Box miw={0}>
          <RowName>{name}</RowName>
          <Text size="xs" c="dimmed">
            {label} · {summary(source)} ·{' '}
            {lastReceivedAt === null ? (
              'nothing received yet'
            ) : (
              <>
                last received <RelativeTime at={lastReceivedAt} />
              </>
            )}
          </Text>
          <Box className={classes.url}>
            <Text component="span" className={classes.address} title={url}>
              {url}
            </Text>
            <CopyButton value={url} label={`Copy the ${urlLabel} of ${name}`} />
          </Box>
        </Box>
        <Group gap={6} wrap="nowrap" className={classes.actions}>
          <Button size="xs" variant="default" onClick={settingUp.open}>
            {setupLabel}
          </Button>
          <Button size="xs" variant="default" onClick={editing.open}>
            Edit
          </Button>
          <Button size="xs" variant="subtle" color="red" onClick={deleting.open}>
            Delete
          </Button>
        </Group>
      </Box>
      {Status !== undefined && <Status source={source} />}
      <SetupDialog source={source} opened={isSettingUp} onClose={settingUp.close} />
      <EditSourceDialog source={source} opened={isEditing} onClose={editing.close} />
      <DeleteSourceDialog source={source} opened={isDeleting} onClose={deleting.close} />
    </Row>
  );
}
