import { DateTime } from 'luxon';
import type { Series } from './timeseries/series.ts';

export interface ExportWish {
  readonly feed: number;
  /** Name and unit for the head line. */
  readonly name: string;
  readonly unit: string;
  /** Unix seconds; `end` is the first second after what is exported. */
  readonly start: number;
  readonly end: number;
  /** One line for each stretch of this many seconds or each local day, with its mean; 0: one line a reading. */
  readonly each: number | 'day';
  readonly zone: string;
}

const LINES_AT_ONCE = 4000;

/**
 * A feed as CSV text, piece by piece: Unix time, local time, value with a decimal point. Slots without a value have no
 * line. However long the range, only one piece is in memory.
 */
export async function* exportCsv(
  series: Pick<Series, 'meta' | 'scan' | 'windows'>,
  wish: ExportWish,
): AsyncGenerator<string> {
  const { name, unit, zone } = wish;
  yield `unix_time,local_time,${quoted(unit === '' ? name : `${name} (${unit})`)}\r\n`;
  const meta = series.meta(wish.feed);
  if (!meta || meta.npoints === 0) return;
  const local = localClock(zone);
  const start = Math.max(wish.start, meta.startTime);
  const end = Math.min(wish.end, meta.endTime + 1);
  const pieces = wish.each === 0 ? readings(series, wish.feed, start, end, meta.interval) : means(series, wish, end);
  for await (const piece of pieces) {
    if (piece.length > 0) yield piece.map(([time, value]) => `${time},${local(time)},${value}\r\n`).join('');
  }
}

/** The file's name: the feed's, made safe for any file system, and the local days it covers. */
export function exportName({ name, feed, start, end, zone }: ExportWish): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\w-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  const first = DateTime.fromSeconds(start, { zone }).toISODate();
  const last = DateTime.fromSeconds(Math.max(start, end - 1), { zone }).toISODate();
  return `${plain || `feed-${feed}`}-${first}${last === first ? '' : `-to-${last}`}.csv`;
}

type Line = readonly [time: number, value: number];

async function* readings(
  series: Pick<Series, 'scan'>,
  feed: number,
  start: number,
  end: number,
  interval: number,
): AsyncGenerator<Line[]> {
  const piece = Math.max(1, interval) * LINES_AT_ONCE;
  for (let from = start; from < end; from += piece) {
    const lines: Line[] = [];
    await series.scan(feed, from, Math.min(from + piece, end) - 1, (times, values) => {
      times.forEach((time, i) => {
        const value = values[i];
        if (value !== undefined && !Number.isNaN(value)) lines.push([time, Number(value.toPrecision(7))]);
      });
    });
    yield lines;
  }
}

async function* means(series: Pick<Series, 'windows'>, wish: ExportWish, dataEnd: number): AsyncGenerator<Line[]> {
  const last = Math.min(wish.end, dataEnd);
  for (let from = wish.start; from < last; ) {
    const edges = edgesFrom(from, wish.end, wish);
    const windows = await series.windows(wish.feed, edges);
    yield windows.flatMap((w, i) =>
      w.count === 0 ? [] : [[edges[i]!, Number((w.sum / w.count).toPrecision(7))] as const],
    );
    from = edges[edges.length - 1]!;
  }
}

function edgesFrom(from: number, end: number, { each, zone }: ExportWish): number[] {
  const edges = [from];
  let day = DateTime.fromSeconds(from, { zone }).startOf('day');
  for (let edge = from; edge < end && edges.length <= LINES_AT_ONCE; ) {
    if (each === 'day') day = day.plus({ days: 1 });
    edge = Math.min(end, each === 'day' ? day.toUnixInteger() : edge + each);
    edges.push(edge);
  }
  return edges;
}

/** Writes local times; a zone's offset only ever changes on a quarter of an hour, so it is looked up once for each. */
function localClock(zone: string): (seconds: number) => string {
  let quarter = Number.NaN;
  let offset = 0;
  return (seconds) => {
    const own = Math.floor(seconds / 900);
    if (own !== quarter) {
      quarter = own;
      offset = DateTime.fromSeconds(seconds, { zone }).offset * 60;
    }
    return new Date((seconds + offset) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
