import { describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { TrialDisk } from '../../test/trial-disk.ts';
import { encodeMeta } from './meta.ts';
import { openSeries } from './open.ts';
import type { Change, Series } from './series.ts';

const START = 1_700_000_000;
const HOUR = 3_600_000;

function open(disk: TrialDisk, clock = new ManualClock(), segmentBytes = 1024 * 1024): Promise<Series> {
  const log = createLog('silent');
  return openSeries({ folder: '/s/feeds', journal: '/s/journal', files: disk, clock, log, segmentBytes });
}

function point(n: number, feed = 1): Change {
  return { kind: 'point', feed, time: START + n * 10, value: n };
}

test('ten thousand feeds open without a look at their files, and the first reading of one looks at that one alone', async () => {
  const files = new Map<string, Buffer>();
  for (let feed = 1; feed <= 10_000; feed++) {
    files.set(`/s/feeds/${feed}.meta`, encodeMeta({ interval: 10, startTime: START }));
    files.set(`/s/feeds/${feed}.dat`, Buffer.from(Float32Array.of(feed).buffer));
  }
  const disk = new TrialDisk(files);
  let glances = 0;
  const glance = disk.glance.bind(disk);
  disk.glance = (...call) => {
    glances++;
    return glance(...call);
  };
  const series = await open(disk);
  expect(series.has(10_000)).toBe(true);
  expect(glances).toBe(0);
  expect(disk.calls).toBeLessThan(10);
  await series.append([point(1, 77)]);
  expect(glances).toBeLessThan(5);
  expect(series.last(78)).toEqual({ time: START, value: 78 });
  await series.close();
});

describe('flush', () => {
  test('due writes whole 4 KB blocks only, in one write, and the rest after a day', async () => {
    const clock = new ManualClock();
    const disk = new TrialDisk();
    const series = await open(disk, clock);
    await series.create(1, 5, 10);
    await series.append(Array.from({ length: 2500 }, (_, n) => point(n)));
    const writes: number[] = [];
    disk.trap = (made) => {
      if (made.call === 'write' && made.path.endsWith('.dat')) writes.push(made.bytes);
      return undefined;
    };
    await series.flush('due');
    expect(writes).toEqual([8192]);
    expect(series.health().pendingPoints).toBe(2500 - 2048);
    clock.advance(23 * HOUR);
    await series.flush('due');
    expect(writes).toEqual([8192]);
    clock.advance(HOUR);
    await series.flush('due');
    expect(writes).toEqual([8192, 452 * 4]);
    expect(series.health().pendingPoints).toBe(0);
    await series.close();
  });

  test('older values changed here and there go in one write a run', async () => {
    const disk = new TrialDisk();
    const series = await open(disk);
    await series.create(1, 5, 10);
    await series.append(Array.from({ length: 100 }, (_, n) => point(n)));
    await series.flush('all');
    await series.append([point(3), point(4), point(50), point(5), point(100)]);
    const writes: number[] = [];
    disk.trap = (made) => {
      if (made.call === 'write' && made.path.endsWith('.dat')) writes.push(made.bytes);
      return undefined;
    };
    await series.flush('all');
    expect(writes).toEqual([12, 4, 4]);
    await series.close();
  });

  test('segments go when their values are in files, and a feed that is never due does not keep them for ever', async () => {
    const disk = new TrialDisk();
    const series = await open(disk, new ManualClock(), 2000);
    await series.create(1, 5, 10);
    await series.create(2, 5, 10);
    await series.append([point(0, 2)]);
    for (let n = 0; n < 4000; n++) {
      const kept = series.append([point(n)]);
      if (n % 20 === 0) await kept;
      if (n % 500 === 0) await series.flush('due');
    }
    expect((await disk.list('/s/journal')).length).toBeLessThan(24);
    await series.flush('all');
    await series.close();
    expect((await disk.list('/s/journal')).length).toBe(1);
    const again = await open(disk);
    expect(again.meta(1)?.npoints).toBe(4000);
    expect(again.last(2)).toEqual({ time: START, value: 0 });
    await again.close();
  });

  test('a point that came while its block was written is kept', async () => {
    const disk = new TrialDisk();
    const series = await open(disk);
    await series.create(1, 5, 10);
    await series.append([point(0), point(1)]);
    let late: Promise<void> | undefined;
    disk.trap = (made) => {
      if (made.call === 'write' && made.path.endsWith('.dat')) {
        late ??= series.append([{ kind: 'point', feed: 1, time: START, value: 42 }, point(2)]);
      }
      return undefined;
    };
    await series.flush('all');
    await late;
    expect(await series.samples(1, [START, START + 10, START + 20])).toEqual([42, 1, 2]);
    await series.close();
    const again = await open(disk);
    expect(await again.samples(1, [START, START + 10, START + 20])).toEqual([42, 1, 2]);
    await again.close();
  });
});

test('appends of one turn share a write, and a group that waits for a write shares the next', async () => {
  const disk = new TrialDisk();
  const series = await open(disk);
  await series.create(1, 5, 10);
  let writes = 0;
  disk.trap = (made) => {
    if (made.call === 'write') writes++;
    return undefined;
  };
  await Promise.all(Array.from({ length: 1000 }, (_, n) => series.append([point(n)])));
  expect(writes).toBe(1);
  await series.close();
});

test('after close nothing is acknowledged, and what was appended before is in its file', async () => {
  const disk = new TrialDisk();
  const series = await open(disk);
  await series.create(1, 5, 10);
  void series.append([point(0)]);
  await Promise.all([series.close(), series.close()]);
  await expect(series.append([point(1)])).rejects.toMatchObject({ code: 'HUB_STORAGE' });
  await expect(series.sync()).rejects.toMatchObject({ code: 'HUB_STORAGE' });
  expect(disk.glance('/s/feeds/1.dat', 0, 8)).toEqual({ size: 4, bytes: Buffer.alloc(4) });
});
