import { Box, Group, Skeleton, Stack } from '@mantine/core';
import pageClasses from './Page.module.css';

/** A page that is on its way. */
export function PageSkeleton() {
  return (
    <Box className={pageClasses.page} role="status" aria-label="Loading">
      <Skeleton h={28} w={240} mb={12} />
      <Skeleton h={14} w="min(420px, 80%)" mb={40} />
      <RowsSkeleton />
    </Box>
  );
}

/** A list that is on its way. */
export function RowsSkeleton({ rows = 4 }: { rows?: number }) {
  return (
    <Stack gap="lg" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Group key={row} gap="lg" wrap="nowrap">
          <Box flex={1}>
            <Skeleton h={14} w="40%" mb={8} />
            <Skeleton h={10} w="70%" />
          </Box>
          <Skeleton h={24} w={80} visibleFrom="sm" />
          <Skeleton h={24} w={60} />
        </Group>
      ))}
    </Stack>
  );
}
