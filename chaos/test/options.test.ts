import { describe, expect, it } from 'vitest';
import { readOptions, USAGE } from '../src/options.ts';

describe('The command line of chaos', () => {
  it("runs for 20 minutes on the product's own schedule unless told otherwise", () => {
    expect(readOptions([])).toMatchObject({ minutes: 20, retryScheduleSeconds: [5, 30, 120] });
  });

  it('takes how long, from which seed, how fast and by which schedule', () => {
    const args = ['--minutes', '2.5', '--seed', '7', '--rate', '10', '--schedule', '1,2,4'];
    expect(readOptions(args)).toMatchObject({
      minutes: 2.5,
      seed: 7,
      eventsPerSecond: 10,
      retryScheduleSeconds: [1, 2, 4],
    });
  });

  it('explains each option', () => {
    expect(readOptions(['--help']).help).toBe(true);
    for (const name of ['minutes', 'seed', 'rate', 'schedule', 'json', 'keep']) {
      expect(USAGE).toContain(`--${name} `);
    }
  });

  it.each([
    [['--minutes', 'many'], '--minutes takes 0.1 to 10000.'],
    [['--seed', '1.5'], '--seed takes a whole number from 0.'],
    [['--rate', '0'], '--rate takes 1 to 1000.'],
    [['--schedule', '5,soon'], '--schedule takes seconds separated by commas, such as 1,2,4.'],
    [['--days', '2'], "Unknown option '--days'"],
    [['20'], "Unexpected argument '20'"],
  ])('refuses %j in a sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
