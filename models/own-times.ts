import type { WindowOutcome } from './drivers/driver.ts';
import type { Period } from './planner/problem.ts';

/** The times a device was given to be on, and what it keeps of them. */
export interface OwnTimes extends WindowOutcome {
  readonly periods: readonly Period[];
}

/** Seconds by which a device's clock may be off, and a report late. */
const SLACK_S = 90;

/** Whether what a device says of itself is what its own times make it do. */
export function doesByItself({ periods, keeps, until }: OwnTimes, { on, at }: { on: boolean; at: number }): boolean {
  if (keeps === 'end') return !on && until !== null && at >= until - SLACK_S;
  if (keeps !== 'windows') return false;
  const may = (time: number) => periods.some(([start, end]) => start <= time && time < end) === on;
  return may(at) || may(at - SLACK_S) || may(at + SLACK_S);
}
