import { DateTime } from 'luxon';

export const PRESETS = ['hour', 'day', 'week', 'month', 'year', 'years'] as const;
export type Preset = (typeof PRESETS)[number];

/** The stretch of time a graph shows. A preset covers a whole hour, day, … five years of the zone's own calendar. */
export interface GraphRange {
  readonly preset: Preset | null;
  /** Unix seconds; `end` is the first second after the range. */
  readonly start: number;
  readonly end: number;
  readonly zone: string;
}

/** Words of a query that say which stretch is meant; all optional. */
export interface RangeQuery {
  readonly range?: string;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly start?: string;
  readonly end?: string;
}

const SHORTEST = 60;
const LONGEST = 20 * 366 * 86_400;
const EARLIEST = 946_684_800;

/**
 * The range a query asks for: `start` and `end` in Unix seconds, or `from` and `to` as local date-times, or a preset
 * around the local date-time `at`. What is missing or not understood falls back to the day of `anchor`.
 */
export function parseRange(query: RangeQuery, zone: string, anchor: number): GraphRange {
  const given = bounds(query, zone);
  if (given) return { preset: null, ...given, zone };
  const preset = PRESETS.find((name) => name === query.range) ?? 'day';
  return presetAround(preset, localSeconds(query.at, zone) ?? anchor, zone);
}

/** The whole hour, day, … that holds `time`. */
export function presetAround(preset: Preset, time: number, zone: string): GraphRange {
  const unit = preset === 'years' ? 'year' : preset;
  const begin = DateTime.fromSeconds(time, { zone }).startOf(unit);
  const start = preset === 'years' ? begin.minus({ years: 4 }) : begin;
  return { preset, start: start.toUnixInteger(), end: begin.plus({ [unit]: 1 }).toUnixInteger(), zone };
}

/** The range just before (-1) or just after (+1) this one. */
export function neighbour(range: GraphRange, direction: -1 | 1): GraphRange {
  if (range.preset === null) {
    const by = (range.end - range.start) * direction;
    return { ...range, start: range.start + by, end: range.end + by };
  }
  if (range.preset === 'years') {
    const last = DateTime.fromSeconds(range.end - 1, { zone: range.zone });
    return presetAround('years', last.plus({ years: 5 * direction }).toUnixInteger(), range.zone);
  }
  return presetAround(range.preset, direction < 0 ? range.start - 1 : range.end, range.zone);
}

/** The query words that lead to this range again. */
export function rangeQuery(range: GraphRange): Record<string, string> {
  if (range.preset === null) return { start: String(range.start), end: String(range.end) };
  const at = DateTime.fromSeconds(range.preset === 'years' ? range.end - 1 : range.start, { zone: range.zone });
  return { range: range.preset, at: at.toFormat(range.preset === 'hour' ? "yyyy-LL-dd'T'HH:mm" : 'yyyy-LL-dd') };
}

export type RowUnit = '5 minutes' | 'hour' | 'day' | 'month' | 'year';

const ROW_LIMITS: readonly (readonly [mostHours: number, unit: RowUnit])[] = [
  [3, '5 minutes'],
  [49, 'hour'],
  [62 * 24, 'day'],
  [1830 * 24, 'month'],
];
const ROW_STEPS = {
  '5 minutes': { minutes: 5 },
  hour: { hours: 1 },
  day: { days: 1 },
  month: { months: 1 },
  year: { years: 1 },
} as const;

/** The edges of the table's rows: every 5 minutes, hour, day, month or year of the local calendar, at most some sixty. */
export function tableRows(range: GraphRange): { unit: RowUnit; edges: number[] } {
  const hours = (range.end - range.start) / 3600;
  const unit = ROW_LIMITS.find(([most]) => hours <= most)?.[1] ?? 'year';
  const step = ROW_STEPS[unit];
  const edges = [range.start];
  let edge = firstEdge(range, unit);
  while (edge.toUnixInteger() < range.end) {
    if (edge.toUnixInteger() > range.start) edges.push(edge.toUnixInteger());
    edge = edge.plus(step);
  }
  edges.push(range.end);
  return { unit, edges };
}

function firstEdge(range: GraphRange, unit: RowUnit): DateTime {
  const start = DateTime.fromSeconds(range.start, { zone: range.zone });
  if (unit === '5 minutes') return start.set({ minute: start.minute - (start.minute % 5), second: 0 });
  return start.startOf(unit);
}

function bounds(query: RangeQuery, zone: string): { start: number; end: number } | null {
  const start = seconds(query.start) ?? localSeconds(query.from, zone);
  const end = seconds(query.end) ?? localSeconds(query.to, zone, true);
  if (start === null || end === null || start < EARLIEST || end - start < SHORTEST) return null;
  return { start, end: Math.min(end, start + LONGEST) };
}

function seconds(text: string | undefined): number | null {
  return text && /^\d{9,11}$/.test(text) ? Number(text) : null;
}

/** `text` as a local date or date-time; a bare date given as an end means the end of that day. */
function localSeconds(text: string | undefined, zone: string, asEnd = false): number | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?/.test(text)) return null;
  const time = DateTime.fromISO(text, { zone });
  if (!time.isValid) return null;
  return (asEnd && text.length === 10 ? time.plus({ days: 1 }) : time).toUnixInteger();
}
