import type { Series } from '../timeseries/series.ts';
import { rounder, timeWriter } from './format.ts';
import { calendarGrid } from './grid.ts';
import { CALENDAR_UNITS, type CalendarUnit, type DataRequest } from './request.ts';

/** For each day (week, month) the values nearest to the given hours after its midnight; false for a fixed interval. */
export async function splitRows(series: Series, feed: number, request: DataRequest): Promise<unknown[] | false> {
  const { start, end, interval, zone, timeFormat } = request;
  const hours = request.split;
  if (!hours?.length || !isSplittable(interval)) return false;
  const { times } = calendarGrid(start, end, interval, zone);
  const wanted = times.flatMap((time) => hours.map((hour) => Math.floor(time + hour * 3600)));
  const values = (await nearest(series, feed, wanted)).map(rounder(request.places));
  const write = timeWriter(timeFormat, zone);
  return times.map((time, i) => {
    const row = values.slice(i * hours.length, (i + 1) * hours.length);
    return write ? [write(time), row] : row;
  });
}

function isSplittable(interval: DataRequest['interval']): interval is CalendarUnit {
  return typeof interval === 'string' && interval !== 'annual' && CALENDAR_UNITS.includes(interval);
}

/** `samples` wants ascending times; hours may be given in any order. */
async function nearest(series: Series, feed: number, times: readonly number[]): Promise<(number | null)[]> {
  const order = times.map((_, i) => i).sort((a, b) => times[a]! - times[b]!);
  const found = await series.samples(
    feed,
    order.map((i) => times[i]!),
    'nearest',
  );
  const values = new Array<number | null>(times.length).fill(null);
  order.forEach((index, i) => {
    values[index] = found[i] ?? null;
  });
  return values;
}
