import { Group, Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { WifiOff } from 'lucide-react';
import classes from './OfflineNotice.module.css';

export function OfflineNotice() {
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <Group gap="xs" className={classes.notice} wrap="nowrap">
          <WifiOff size={16} aria-hidden />
          <Text size="sm">
            You are offline. What you see may be old; the page goes on by itself when you are back.
          </Text>
        </Group>
      )}
    </div>
  );
}
