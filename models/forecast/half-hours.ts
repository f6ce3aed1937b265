import { dayStart } from '../../lib/local-day.ts';
import { localSlices } from '../tariff/local-slices.ts';
import { ForecastError } from './forecast-error.ts';
import type { Span } from './span.ts';

const HALF_HOUR = 1800;

/**
 * The half-hours of one local day, from midnight on. As many as the day has are taken one after the other: 46 or 50 where clocks change.
 * 48 on such a day are taken by the wall clock: those that it skips are left out, and those that it shows twice hold twice.
 */
export function halfHoursOfDay(values: readonly (number | null)[], day: number, zone: string): Span[] {
  const [from, to] = [dayStart(day, zone), dayStart(day + 1, zone)];
  const slices = localSlices(from, to, zone, { minutes: [], steps: [] });
  const inTurn = values.length * HALF_HOUR === to - from;
  if (!inTurn && values.length !== 48) throw new ForecastError(`A day of ${values.length} half-hours is none.`);
  return slices.flatMap(({ start, end, minute }) => {
    const value = values[inTurn ? Math.floor((start - from) / HALF_HOUR) : Math.floor(minute / 30)] ?? null;
    return value === null ? [] : [{ start, end, value }];
  });
}
