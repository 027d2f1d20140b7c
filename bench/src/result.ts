import type { Machine } from './machine.ts';

/** One figure. Its name never changes, so that results of different days can be compared. */
export interface Measure {
  /** `row.figure`, such as `one.rate`. */
  name: string;
  title: string;
  value: number;
  unit: string;
  /** For rates: value divided by the ceiling's mean of the same run. */
  ratio: number | null;
  better: 'higher' | 'lower';
  /** What it should reach, as a ratio where there is one. */
  target: number | null;
}

export interface Ceiling {
  beforePerSecond: number;
  afterPerSecond: number;
}

/** How much of the machine programs that are none of the bench's used during a row, 0 to 1. */
export interface Disturbance {
  row: string;
  share: number;
}

export interface Result {
  measuredAt: string;
  machine: Machine;
  /** Seconds of load in each row, and of load before it that do not count. */
  seconds: number;
  warmUpSeconds: number;
  ceiling: Ceiling;
  others: Disturbance[];
  measures: Measure[];
}

/** The machine drifts within minutes: what lies between two ceilings is held against their mean. */
export function meanCeiling({ beforePerSecond, afterPerSecond }: Ceiling): number {
  return (beforePerSecond + afterPerSecond) / 2;
}

/** Beyond it a figure says more about the others than about the product. */
export const TOLERABLE_SHARE = 0.03;

export function disturbed({ others }: Result): Disturbance[] {
  return others.filter(({ share }) => share > TOLERABLE_SHARE);
}

/** What a measure is judged by: its ratio where it has one, since machines and hours differ. */
export function judged(measure: Measure): number {
  return measure.ratio ?? measure.value;
}

/** Null without a target. */
export function reachesTarget(measure: Measure): boolean | null {
  if (measure.target === null) return null;
  return measure.better === 'higher'
    ? judged(measure) >= measure.target
    : judged(measure) <= measure.target;
}

/** @throws Error when the text is not a result of this bench */
export function parseResult(text: string): Result {
  const value = JSON.parse(text) as Partial<Result> | null;
  if (!Array.isArray(value?.measures) || value.ceiling === undefined) {
    throw new Error('This is not a result of the bench: it has no measures.');
  }
  return value as Result;
}
