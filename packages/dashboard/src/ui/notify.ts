import { notifications } from '@mantine/notifications';
import { describeError } from '../api/problem-error.ts';

/** Something small was done, and the page itself does not show it. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'sydx', withBorder: true });
}

/** Something pressed was not done. Forms show theirs in place instead. */
export function notifyProblem(error: unknown): void {
  const { title, detail } = describeError(error);
  notifications.show({ title, message: detail, color: 'red', withBorder: true, autoClose: 10_000 });
}
