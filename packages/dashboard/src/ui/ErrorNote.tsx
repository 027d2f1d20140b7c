import { Alert } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { describeError } from '../api/problem-error.ts';

/** Above a form: why what was asked for was not done. */
export function ErrorNote({ error }: { error: unknown }) {
  const { title, detail } = describeError(error);
  return (
    <Alert color="red" icon={<CircleAlert size={16} />} title={title} role="alert">
      {detail}
    </Alert>
  );
}
