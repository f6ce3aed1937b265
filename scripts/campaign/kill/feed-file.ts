import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A PHPFina feed as any program finds it on the disk: slot i holds the value of `start` + i × `interval`. */
export interface FeedFile {
  readonly start: number;
  readonly interval: number;
  readonly values: readonly (number | null)[];
}

/** Reads `<storage>/feeds/<feed>.meta` and `.dat` without the engine. */
export function readFeedFile(storage: string, feed: number): FeedFile {
  const meta = readFileSync(join(storage, 'feeds', `${feed}.meta`));
  const data = readFileSync(join(storage, 'feeds', `${feed}.dat`));
  if (meta.length !== 16 || data.length % 4 !== 0) throw new Error(`the files of feed ${feed} are not whole`);
  const values = Array.from({ length: data.length / 4 }, (_, index) => {
    const value = data.readFloatLE(index * 4);
    return Number.isNaN(value) ? null : value;
  });
  return { interval: meta.readUInt32LE(8), start: meta.readUInt32LE(12), values };
}

/** What the file holds at a Unix time; null where nothing does. */
export function valueAt({ start, interval, values }: FeedFile, time: number): number | null {
  return values[Math.floor((time - start) / interval)] ?? null;
}
