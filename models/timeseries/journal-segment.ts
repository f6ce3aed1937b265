import { crc32 } from 'node:zlib';
import { HubError } from '../../lib/errors.ts';
import { type FileSystem, readAll, withFile } from './file.ts';

/** Bytes before the first frame: magic, version, sequence, check. FORMAT.md draws them. */
export const SEGMENT_HEADER = 20;
/** Bytes before a frame's records: check, mark, sequence, length. */
export const FRAME_HEADER = 16;

const MAGIC = Buffer.from('HEARTHJL');
const VERSION = 1;
const MARK = Buffer.from('HJFr');

export function segmentName(sequence: number): string {
  return `${String(sequence).padStart(8, '0')}.hj`;
}

/** The sequence in a segment's file name, or null for other files. */
export function segmentSequence(name: string): number | null {
  const match = /^(\d{8,10})\.hj$/.exec(name);
  return match ? Number(match[1]) : null;
}

/** Writes the header of segment `sequence` into the first bytes of `into`. */
export function putSegmentHeader(into: Buffer, sequence: number): void {
  MAGIC.copy(into, 0);
  into.writeUInt32LE(VERSION, 8);
  into.writeUInt32LE(sequence, 12);
  into.writeUInt32LE(crc32(into.subarray(0, 16)), 16);
}

/** Fills in the frame header at the start of `frame`, the rest of which are its records. */
export function sealFrame(frame: Buffer, sequence: number): void {
  MARK.copy(frame, 4);
  frame.writeUInt32LE(sequence, 8);
  frame.writeUInt32LE(frame.length - FRAME_HEADER, 12);
  frame.writeUInt32LE(crc32(frame.subarray(4)), 0);
}

export interface SegmentDamage {
  readonly file: string;
  readonly offset: number;
  readonly what: string;
}

export interface Segment {
  /** Up to the end of its last frame. */
  readonly bytes: number;
  /** The records of every frame that proved whole, in order. */
  readonly frames: readonly Buffer[];
  readonly damages: readonly SegmentDamage[];
}

/**
 * Reads a segment and keeps only what its checks prove: frames of this very segment with every byte right. What lies
 * between is reported and skipped. Throws HUB_STORAGE for a segment that a newer version wrote.
 */
export async function readSegment(files: FileSystem, path: string, sequence: number): Promise<Segment> {
  const bytes = await readWhole(files, path);
  const frames: Buffer[] = [];
  const damages: SegmentDamage[] = [];
  const damage = (offset: number, what: string) => damages.push({ file: path, offset, what });

  if (bytes.length > 0 && !headerHolds(bytes, sequence)) {
    if (headerChecks(bytes) && bytes.readUInt32LE(8) > VERSION) {
      throw new HubError('HUB_STORAGE', { sentence: `${path} was written by a newer version of Hearth.` });
    }
    damage(0, 'the header does not hold');
  }
  let at = SEGMENT_HEADER;
  while (at < bytes.length) {
    if (frameHolds(bytes, at, sequence)) {
      const end = at + FRAME_HEADER + bytes.readUInt32LE(at + 12);
      frames.push(bytes.subarray(at + FRAME_HEADER, end));
      at = end;
      continue;
    }
    const next = findFrame(bytes, at + 1, sequence);
    if (next === null && isRoom(bytes.subarray(at))) break;
    damage(
      at,
      next === null ? 'the last write is torn; the journal ends here' : `${next - at} bytes do not hold, skipped`,
    );
    if (next === null) break;
    at = next;
  }
  return { bytes: at, frames, damages };
}

/** Zeros that were written ahead for frames to come. */
function isRoom(bytes: Buffer): boolean {
  return bytes.equals(Buffer.alloc(bytes.length));
}

function headerHolds(bytes: Buffer, sequence: number): boolean {
  return headerChecks(bytes) && bytes.readUInt32LE(8) === VERSION && bytes.readUInt32LE(12) === sequence;
}

/** The same in every version, so that a flipped bit never passes for a newer one. */
function headerChecks(bytes: Buffer): boolean {
  return (
    bytes.length >= SEGMENT_HEADER &&
    bytes.subarray(0, 8).equals(MAGIC) &&
    bytes.readUInt32LE(16) === crc32(bytes.subarray(0, 16))
  );
}

function frameHolds(bytes: Buffer, at: number, sequence: number): boolean {
  if (at < 0 || at + FRAME_HEADER > bytes.length) return false;
  if (!bytes.subarray(at + 4, at + 8).equals(MARK) || bytes.readUInt32LE(at + 8) !== sequence) return false;
  const end = at + FRAME_HEADER + bytes.readUInt32LE(at + 12);
  return end <= bytes.length && bytes.readUInt32LE(at) === crc32(bytes.subarray(at + 4, end));
}

function findFrame(bytes: Buffer, from: number, sequence: number): number | null {
  for (let mark = bytes.indexOf(MARK, from + 4); mark >= 0; mark = bytes.indexOf(MARK, mark + 1)) {
    if (frameHolds(bytes, mark - 4, sequence)) return mark - 4;
  }
  return null;
}

function readWhole(files: FileSystem, path: string): Promise<Buffer> {
  const size = files.glance(path, 0, 0)?.size ?? 0;
  return withFile(files, path, 'read', async (file) => {
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, await readAll(file, bytes, 0));
  });
}
