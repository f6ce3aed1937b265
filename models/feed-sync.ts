import { crc32 } from 'node:zlib';
import type { TimedValue } from './feed-insert.ts';
import type { SeriesMeta } from './timeseries/series.ts';

/** A stretch of one feed's data file as another hub sends it. */
export interface SyncSegment {
  readonly feed: number;
  /** The sender's start time and interval; of no meaning for a variable feed. */
  readonly start: number;
  readonly interval: number;
  /** Byte of the data file at which `data` begins. */
  readonly offset: number;
  readonly data: Buffer;
}

/** Bytes before a segment's data: a variable feed's has neither start nor interval. */
const HEAD = 20;
const SHORT_HEAD = 12;
const CHECKSUM = 4;

/**
 * The segments of an upload: each `u32 length, u32 feed, u32 start, u32 interval, u32 offset, data`, little endian, without
 * start and interval for a variable feed, the length with its own head, and a CRC-32 of all of it at the end. Or EmonCMS's
 * sentence.
 */
export function parseSync(body: Buffer, isVariable: (feed: number) => boolean): SyncSegment[] | string {
  const end = body.length - CHECKSUM;
  if (end < 0 || crc32(body.subarray(0, end)) !== body.readUInt32LE(end)) return 'Invalid checksum';
  const segments: SyncSegment[] = [];
  for (let at = 0; at < end; ) {
    const length = at + SHORT_HEAD <= end ? body.readUInt32LE(at) : 0;
    const short = length >= SHORT_HEAD && isVariable(body.readUInt32LE(at + 4));
    if (length < (short ? SHORT_HEAD : HEAD) || at + length > end) return 'Invalid segment length';
    segments.push(short ? variable(body, at, length) : fixed(body, at, length));
    at += length;
  }
  return segments;
}

function fixed(body: Buffer, at: number, length: number): SyncSegment {
  const [feed = 0, start = 0, interval = 0, offset = 0] = [4, 8, 12, 16].map((place) => body.readUInt32LE(at + place));
  return { feed, start, interval, offset, data: body.subarray(at + HEAD, at + length) };
}

function variable(body: Buffer, at: number, length: number): SyncSegment {
  const data = body.subarray(at + SHORT_HEAD, at + length);
  return { feed: body.readUInt32LE(at + 4), start: 0, interval: 0, offset: body.readUInt32LE(at + 8), data };
}

/** Why a segment does not continue the feed's own file, which `waiting` bytes of earlier segments come before; null where it does. */
export function syncProblem(segment: SyncSegment, meta: SeriesMeta, waiting: number): string | null {
  const { feed, start, interval, offset, data } = segment;
  const width = widthOf(meta);
  if (data.length % width !== 0) return `Upload data length is not a multiple of ${width} for feedid=${feed}`;
  if (meta.engine === 5 && interval !== meta.interval) {
    return `Upload interval does not match local interval for feedid=${feed}`;
  }
  if (meta.engine === 5 && meta.npoints > 0 && start !== meta.startTime) {
    return `Upload start_time does not match local start_time for feedid=${feed}`;
  }
  if (offset !== meta.npoints * width + waiting) {
    return `Upload data_start does not match local npoints for feedid=${feed}`;
  }
  return null;
}

/** The readings of a segment, a piece at a time. */
export function* syncPoints(segment: SyncSegment, meta: SeriesMeta): Generator<TimedValue[]> {
  const { start, interval, offset, data } = segment;
  const width = widthOf(meta);
  const first = offset / width;
  for (let from = 0; from < data.length; from += width * PIECE) {
    const count = Math.min(PIECE, (data.length - from) / width);
    yield Array.from({ length: count }, (_, i): TimedValue => {
      const at = from + i * width;
      if (meta.engine === 5) return [start + (first + at / width) * interval, data.readFloatLE(at)];
      return [data.readUInt32LE(at + 1), data.readFloatLE(at + 5)];
    });
  }
}

/** Readings handed on at once. */
const PIECE = 20_000;

function widthOf({ engine }: SeriesMeta): number {
  return engine === 5 ? 4 : 9;
}
