/** Bytes of a `.meta` file: two unused u32, interval, start_time. */
export const META_BYTES = 16;

export interface Meta {
  readonly interval: number;
  readonly startTime: number;
}

export function encodeMeta(meta: Meta): Buffer {
  const bytes = Buffer.alloc(META_BYTES);
  bytes.writeUInt32LE(meta.interval, 8);
  bytes.writeUInt32LE(meta.startTime, 12);
  return bytes;
}

/** What a `.meta` file says, or null when it is short or has no interval. */
export function parseMeta(bytes: Buffer): Meta | null {
  if (bytes.length < META_BYTES) return null;
  const interval = bytes.readUInt32LE(8);
  return interval === 0 ? null : { interval, startTime: bytes.readUInt32LE(12) };
}
