import type { Occurrence } from '../schedule/occurrence.ts';
import type { KeptSchedule } from '../schedule/schedule.ts';

export interface InForce {
  readonly schedule: KeptSchedule;
  /** Of a smart schedule; null: no deadline is to come. */
  readonly occurrence: Occurrence | null;
}

/**
 * Which of a device's schedules counts now: the first made where that is not smart, else of the smart ones that with the next
 * deadline for which something is left to run, and of equal deadlines the first made. So a second schedule begins when the first
 * one is served, or its deadline has passed.
 */
export function inForce(
  schedules: readonly KeptSchedule[],
  next: (schedule: KeptSchedule) => Occurrence | null,
  isServed: (one: InForce) => boolean = () => false,
): InForce | null {
  const sorted = [...schedules].sort((a, b) => a.id - b.id);
  const [first] = sorted;
  if (!first) return null;
  if (first.mode !== 'smart') return { schedule: first, occurrence: null };
  const ahead = sorted.flatMap((schedule) => {
    const occurrence = schedule.mode === 'smart' ? next(schedule) : null;
    return occurrence ? [{ schedule, occurrence }] : [];
  });
  ahead.sort((a, b) => a.occurrence.readyBy - b.occurrence.readyBy);
  return ahead.find((one) => !isServed(one)) ?? ahead[0] ?? { schedule: first, occurrence: null };
}

/** The name of an occurrence among those of its device. */
export function keyOf({ schedule, occurrence }: { schedule: KeptSchedule; occurrence: Occurrence }): string {
  return schedule.within === null ? `${schedule.id}:${occurrence.day}` : `${schedule.id}:${occurrence.readyBy}`;
}

/** Whose occurrence that is: the id of its schedule. */
export function scheduleIn(key: string): number {
  return Number(key.split(':')[0]);
}
