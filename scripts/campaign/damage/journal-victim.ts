import { FRAME_HEADER, SEGMENT_HEADER } from '../../../models/timeseries/journal-segment.ts';
import type { Change } from '../../../models/timeseries/series.ts';
import { isTold, JOURNAL, newSeries, point, type Victim } from './victim.ts';

const BEGIN = 1_735_689_600;
const PATH = `${JOURNAL}/00000001.hj`;

/** One write of the journal: from where to where, and the points in it. */
interface Frame {
  readonly from: number;
  readonly end: number;
  readonly points: readonly { readonly feed: number; readonly time: number; readonly value: number }[];
}

/** A journal of `bytes` bytes whose points are in no feed file yet. Behind the last frame are zeros. */
export async function journalVictim(bytes: number, chance: () => number): Promise<Victim> {
  const { series, disk } = await newSeries();
  await series.create(1, 5, 10);
  await series.create(2, 2, 1);
  const appends: Change[][] = [];
  let size = SEGMENT_HEADER + FRAME_HEADER;
  for (let n = 0; ; ) {
    const changes: Change[] = [];
    for (let left = 1 + Math.floor(chance() * 60); left > 0; left -= 1, n += 1)
      changes.push(point(feedOf(n), BEGIN + n * 10, Math.fround(chance() * 5000)));
    size += FRAME_HEADER + changes.length * 25;
    if (size > bytes) break;
    appends.push(changes);
    await series.append(changes);
  }
  const files = disk.contents();
  const journal = (files.get(PATH) ?? Buffer.alloc(0)).subarray(0, bytes);
  files.set(PATH, Buffer.from(journal));
  const frames = framesOf(journal, appends);
  const said = Float64Array.from(frames.flatMap(({ points }) => points.map(({ value }) => value)));
  const total = said.length;
  const end = frames.at(-1)?.end ?? 0;

  return {
    name: 'journal',
    path: PATH,
    files,
    async judge({ series: found, offset, cut }) {
      const problems: string[] = [];
      const torn = frames.find(({ from, end: to }) => offset >= from && offset < to);
      const lost = cut ? frames.filter(({ end: to }) => to > offset) : torn ? [torn] : [];
      let count = 0;
      for (const feed of [1, 2]) {
        await found.scan(feed, 0, 0xffff_ffff, (times, values) => {
          for (let i = 0; i < times.length; i += 1) {
            const [time = 0, value = Number.NaN] = [times[i], values[i]];
            if (Number.isNaN(value)) continue;
            count += 1;
            const n = (time - BEGIN) / 10;
            if (said[n] !== value || feedOf(n) !== feed)
              problems.push(`feed ${feed} at ${time}: ${value} was never said`);
          }
        });
      }
      const whole = total - lost.reduce((sum, { points }) => sum + points.length, 0);
      if (count !== whole) problems.push(`${count} points instead of ${whole}`);
      const clean = cut && (offset === 0 || offset === SEGMENT_HEADER || offset >= end || torn?.from === offset);
      const where = offset < SEGMENT_HEADER ? 0 : (torn?.from ?? end);
      if (!clean && !isTold(found, PATH, where)) problems.push(`the damage at ${where} is not told`);
      return problems;
    },
  };
}

/** Points go to the two feeds in turn, ten seconds apart. */
function feedOf(n: number): number {
  return 1 + (n % 2);
}

// The first frame is the checkpoint of an empty series; then one frame for each append that was waited for.
function framesOf(journal: Buffer, appends: readonly (readonly Change[])[]): Frame[] {
  const frames: Frame[] = [];
  let at = SEGMENT_HEADER;
  for (const changes of [[], ...appends]) {
    const end = at + FRAME_HEADER + journal.readUInt32LE(at + 12);
    frames.push({ from: at, end, points: changes.filter((change) => change.kind === 'point') });
    at = end;
  }
  return frames;
}
