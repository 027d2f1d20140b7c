import { Alert } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';

/** Says so where Meta cannot reach the URL of a source. */
export function MetaReachNote({ url }: { url: string }) {
  if (isReachableByMeta(url)) return null;
  return (
    <Alert color="yellow" icon={<TriangleAlert size={16} />} title="Meta cannot reach this URL">
      Meta calls public https addresses only. Whoever runs this server sets PUBLIC_URL to one that
      leads here; the callback URL then changes by itself.
    </Alert>
  );
}

const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|\[|0\.0\.0\.0)|\.(local|internal)$/;

function isReachableByMeta(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && !PRIVATE_HOST.test(hostname);
}
