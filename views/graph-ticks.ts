import { DateTime } from 'luxon';
import type { Language } from './format.ts';

export interface Tick {
  /** Unix seconds. */
  readonly at: number;
  readonly label: string;
}

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
const STEPS: readonly (readonly [count: number, unit: Unit, seconds: number])[] = [
  [1, 'minute', 60],
  [2, 'minute', 120],
  [5, 'minute', 300],
  [10, 'minute', 600],
  [15, 'minute', 900],
  [30, 'minute', 1800],
  [1, 'hour', 3600],
  [3, 'hour', 10_800],
  [6, 'hour', 21_600],
  [12, 'hour', 43_200],
  [1, 'day', 86_400],
  [2, 'day', 172_800],
  [1, 'week', 604_800],
  [1, 'month', 2_629_800],
  [2, 'month', 5_259_600],
  [3, 'month', 7_889_400],
  [1, 'year', 31_557_600],
  [2, 'year', 63_115_200],
  [5, 'year', 157_788_000],
];

/** At most `most` words for the time axis from `start` to `end`, on round local times. The end of a day reads 24:00. */
export function ticksOf(start: number, end: number, zone: string, language: Language, most = 9): Tick[] {
  const [count, unit] = STEPS.find(([, , seconds]) => (end - start) / seconds <= most) ?? STEPS[STEPS.length - 1]!;
  const ticks: Tick[] = [];
  let time = firstTick(DateTime.fromSeconds(start, { zone, locale: language }), count, unit);
  for (; time.toUnixInteger() <= end; time = nextTick(time, count, unit)) {
    if (time.toUnixInteger() >= start) ticks.push({ at: time.toUnixInteger(), label: labelOf(time, unit, end) });
  }
  return ticks;
}

function firstTick(start: DateTime, count: number, unit: Unit): DateTime {
  const floor = start.startOf(unit);
  if (unit === 'minute') return floor.set({ minute: floor.minute - (floor.minute % count) });
  if (unit === 'hour') return floor.set({ hour: floor.hour - (floor.hour % count) });
  if (unit === 'day') return floor.minus({ day: (floor.day - 1) % count });
  if (unit === 'month') return floor.set({ month: floor.month - ((floor.month - 1) % count) });
  if (unit === 'year') return floor.set({ year: floor.year - (floor.year % count) });
  return floor;
}

/** Keeps to round hours where the clocks change between two ticks. */
function nextTick(time: DateTime, count: number, unit: Unit): DateTime {
  const next = time.plus({ [unit]: count });
  if (unit !== 'hour') return next;
  const round = firstTick(next, count, unit);
  return round > time ? round : firstTick(next.plus({ hours: 1 }), count, unit);
}

function labelOf(time: DateTime, unit: Unit, end: number): string {
  if (unit === 'year') return time.toFormat('yyyy');
  if (unit === 'month') return time.toFormat('LLL');
  if (unit === 'day') return time.toFormat('ccc d');
  if (unit === 'week') return time.toFormat('d LLL');
  if (time.hour === 0 && time.minute === 0 && time.toUnixInteger() === end) return '24:00';
  return time.toFormat('HH:mm');
}
