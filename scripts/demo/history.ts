import type { Change, Series } from '../../models/timeseries/series.ts';

/** The past of one feed of power, and of those that count it up. */
export interface Track {
  readonly feed: number;
  /** In kWh since the beginning. */
  readonly sums?: number;
  /** In kWh, each day's. */
  readonly daily?: number;
  readonly step: number;
  value(time: number): number;
}

const DAY = 86_400;
const AT_ONCE = 20_000;

/** Writes the tracks from `start` to `end`, some thousand points at a time. */
export async function writeHistory(
  series: Series,
  tracks: readonly Track[],
  start: number,
  end: number,
): Promise<void> {
  for (const track of tracks) {
    let changes: Change[] = [];
    for (const change of changesOf(track, start, end)) {
      changes.push(change);
      if (changes.length < AT_ONCE) continue;
      await series.append(changes);
      changes = [];
    }
    await series.append(changes);
    await series.flush('due');
  }
}

function* changesOf({ feed, sums, daily, step, value }: Track, start: number, end: number): Generator<Change> {
  let total = 0;
  let today = 0;
  for (let time = start; time < end; time += step) {
    if (time % DAY === 0) today = 0;
    const now = Math.round(value(time) * 10) / 10;
    yield { kind: 'point', feed, time, value: now };
    const energy = (now * step) / 3_600_000;
    total += energy;
    today += energy;
    if (sums !== undefined) yield { kind: 'point', feed: sums, time, value: total };
    const isLast = (time + step) % DAY === 0 || time + step >= end;
    if (daily !== undefined && isLast) yield { kind: 'point', feed: daily, time: time - (time % DAY), value: today };
  }
}
