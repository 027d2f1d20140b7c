import { expect, test } from 'vitest';
import {
  ATTEMPT_ERRORS,
  attemptErrorForStatus,
  attemptErrorMessage,
  PROBLEMS,
} from '../src/index.ts';

test.each(Object.entries(PROBLEMS))('%s has a status, a title and a next step', (code, problem) => {
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(problem.status).toBeGreaterThanOrEqual(400);
  expect(problem.status).toBeLessThan(600);
  expect(problem.title).toMatch(/[^.]$/);
  expect(problem.hint).toMatch(/\.$/);
});

test.each(Object.keys(ATTEMPT_ERRORS) as (keyof typeof ATTEMPT_ERRORS)[])(
  '%s tells an admin what happened and what to do',
  (code) => {
    expect(attemptErrorMessage(code)).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
  },
);

test.each([
  [200, null],
  [204, null],
  [299, null],
  [101, 'status_1xx'],
  [301, 'status_3xx'],
  [308, 'status_3xx'],
  [401, 'status_401'],
  [404, 'status_404'],
  [410, 'status_410'],
  [418, 'status_4xx'],
  [429, 'status_429'],
  [500, 'status_5xx'],
  [503, 'status_5xx'],
  [0, 'status_invalid'],
  [99, 'status_invalid'],
  [600, 'status_invalid'],
  [999, 'status_invalid'],
  [Number.NaN, 'status_invalid'],
])('status %s is %s', (status, code) => {
  expect(attemptErrorForStatus(status)).toBe(code);
});
