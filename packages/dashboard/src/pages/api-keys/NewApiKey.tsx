import type { CreatedApiKey } from '@sydx/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { CodeBlock } from '../../ui/CodeBlock.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { SecretOnce } from '../../ui/SecretOnce.tsx';
import { curlSample } from './curl-sample.ts';

interface NewApiKeyProps {
  created: CreatedApiKey;
  onDone: () => void;
}

/** The one time that a key is shown, with a first request to try it. */
export function NewApiKey({ created, onDone }: NewApiKeyProps) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []);
  const sample = curlSample(created.scopes, window.location.origin);
  return (
    <Stack ref={top} tabIndex={-1} style={{ outline: 'none' }}>
      <SecretOnce
        label="API key"
        value={created.key}
        warning="We keep only its hash. Copy it now and store it where your program reads its secrets. If it is lost, delete it and create another."
      />
      <CopyField label="Environment variable" value={`export SYDX_API_KEY='${created.key}'`} />
      <Stack gap={6}>
        <Text size="sm" fw={500}>
          Try it
        </Text>
        <CodeBlock title={sample.title} code={sample.code} />
      </Stack>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
