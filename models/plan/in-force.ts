import type { Occurrence } from '../schedule/occurrence.ts';
import type { KeptSchedule } from '../schedule/schedule.ts';

export interface InForce {
  readonly schedule: KeptSchedule;
  /** Of a smart schedule; null: no deadline is to come. */
  readonly occurrence: Occurrence | null;
}

/**
 * Which of a device's schedules counts now: the first made where that is not smart, else of the smart ones that with the next
 * deadline, and of equal deadlines the first made. So a second schedule begins when the first one's deadline has passed.
 */
export function inForce(
  schedules: readonly KeptSchedule[],
  next: (schedule: KeptSchedule) => Occurrence | null,
): InForce | null {
  const sorted = [...schedules].sort((a, b) => a.id - b.id);
  const [first] = sorted;
  if (!first) return null;
  if (first.mode !== 'smart') return { schedule: first, occurrence: null };
  let best: InForce = { schedule: first, occurrence: null };
  for (const schedule of sorted) {
    const occurrence = schedule.mode === 'smart' ? next(schedule) : null;
    if (occurrence && (!best.occurrence || occurrence.readyBy < best.occurrence.readyBy))
      best = { schedule, occurrence };
  }
  return best;
}
