import { type LocalSlice, localSlices } from '../tariff/local-slices.ts';

export const PERIODS = ['half-hour', 'day', 'week', 'month', 'year', 'all'] as const;
/** What a bill is added up by, all by the household's clock; weeks begin on Monday. */
export type Period = (typeof PERIODS)[number];

/** Whether a slice begins a new period after the slice before it. */
export function opensPeriod(by: Period): (slice: LocalSlice, before: LocalSlice) => boolean {
  const key = KEYS[by];
  if (by !== 'half-hour') return (slice, before) => slice.day !== before.day && key(slice) !== key(before);
  // A half-hour that the wall clock shows twice is two.
  return (slice, before) => key(slice) !== key(before) || slice.minute <= before.minute;
}

/** Where the periods between `from` and `to` begin and end, both with them; empty where there is no time between. */
export function periodEdges(from: number, to: number, zone: string, by: Period): number[] {
  if (from >= to) return [];
  const slices = localSlices(from, to, zone, { minutes: [], steps: [] });
  const opens = opensPeriod(by);
  const begins = slices.filter((slice, at) => at === 0 || opens(slice, slices[at - 1] as LocalSlice));
  return [...begins.map(({ start }) => start), to];
}

const KEYS: Readonly<Record<Period, (slice: LocalSlice) => number>> = {
  'half-hour': ({ day, minute }) => day * 48 + Math.floor(minute / 30),
  day: ({ day }) => day,
  week: ({ day }) => Math.floor((day + 3) / 7),
  month: ({ day }) => dateOf(day).getUTCFullYear() * 12 + dateOf(day).getUTCMonth(),
  year: ({ day }) => dateOf(day).getUTCFullYear(),
  all: () => 0,
};

function dateOf(day: number): Date {
  return new Date(day * 86_400_000);
}
