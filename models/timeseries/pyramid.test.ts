import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { diskError, TrialDisk } from '../../test/trial-disk.ts';
import { openSeries } from './open.ts';
import type { Change, Series, Window } from './series.ts';
import { BUCKET_SLOTS, emptyWindow, PAGE_BYTES, PAGE_SLOTS } from './summary-page.ts';

const START = 1_700_000_000;
const SUM = '/s/feeds/1.sum';

let disk: TrialDisk;
let series: Series;

beforeEach(() => {
  disk = new TrialDisk();
});

async function open(on = disk): Promise<Series> {
  disk = on;
  const log = createLog('silent');
  const clock = new ManualClock();
  series = await openSeries({ folder: '/s/feeds', journal: '/s/journal', files: on, clock, log });
  return series;
}

const numberAt = (slot: number, salt = 0) =>
  slot % 97 === 0 ? Number.NaN : Math.fround(Math.sin(slot * 12.9898 + salt) * 4000 + slot / 1000);

function points(from: number, to: number, salt = 0): Change[] {
  const changes: Change[] = [];
  for (let slot = from; slot < to; slot++) {
    changes.push({ kind: 'point', feed: 1, time: START + slot * 10, value: numberAt(slot, salt) });
  }
  return changes;
}

/** The windows between slots, added up from every single value. */
async function scanned(bounds: readonly number[]): Promise<Window[]> {
  const windows = bounds.slice(1).map(emptyWindow);
  let i = 0;
  await series.scan(1, START + bounds[0]! * 10, START + (bounds.at(-1)! - 1) * 10, (times, values) => {
    for (let at = 0; at < times.length; at++) {
      const slot = (times[at]! - START) / 10;
      while (bounds[i + 1]! <= slot) i++;
      const value = values[at]!;
      const window = windows[i]!;
      if (Number.isNaN(value)) continue;
      if (window.count === 0 || value < window.min) window.min = value;
      if (window.count === 0 || value > window.max) window.max = value;
      window.sum += value;
      window.count += 1;
    }
  });
  return windows;
}

/** Counts, lowest and highest values are the scan's; sums within 1e-9 of all that was added. */
async function expectScanned(bounds: readonly number[], shift = 0): Promise<void> {
  const found = await series.windows(
    1,
    bounds.map((slot) => START + slot * 10 + shift),
  );
  const wanted = await scanned(bounds);
  expect(found.map(({ min, max, count }) => [min, max, count])).toEqual(
    wanted.map(({ min, max, count }) => [min, max, count]),
  );
  found.forEach((window, i) => {
    const { sum, count, min, max } = wanted[i]!;
    const most = Math.max(Math.abs(min), Math.abs(max)) * count;
    expect(Math.abs(window.sum - sum), `window ${i}`).toBeLessThanOrEqual(count === 0 ? 0 : 1e-9 * most);
  });
}

const evenly = (end: number, count: number) =>
  Array.from({ length: count + 1 }, (_, i) => Math.floor((end * i) / count));

/** The numbers of the pages that the disk holds. */
function pagesOnDisk(): number[] {
  const { size } = disk.glance(SUM, 0, 0) ?? { size: 0 };
  const found: number[] = [];
  for (let page = 0; page * PAGE_BYTES < size; page++) {
    const { bytes } = disk.glance(SUM, page * PAGE_BYTES, PAGE_BYTES)!;
    if (bytes.readUInt32LE(0) !== 0) found.push(page);
  }
  return found;
}

const THREE = 3 * PAGE_SLOTS + 5000;

async function threePages(): Promise<void> {
  await open();
  await series.create(1, 5, 10);
  void series.append(points(0, THREE));
  await series.flush('all');
}

describe('the pages of a long feed', () => {
  beforeEach(threePages);

  const bounds: [name: string, bounds: number[]][] = [
    ['one window', [0, THREE]],
    ['windows on whole pages', [0, PAGE_SLOTS, 2 * PAGE_SLOTS, 3 * PAGE_SLOTS]],
    ['windows on buckets', evenly(500, 100).map((bucket) => bucket * BUCKET_SLOTS)],
    ['windows anywhere', evenly(THREE, 77)],
    ['a window without a slot among long ones', [3, 3, 60_000, 60_000, 140_001]],
    ['windows to one slot before the end', [1, THREE - 1]],
  ];
  test.each(bounds)('%s', async (_name, all) => {
    await expectScanned(all);
    await expectScanned(all);
  });

  test('edges inside a slot belong to the slot', () => expectScanned(evenly(THREE, 50), 7));

  test('whole pages are written with the flush, a block each, and nothing for the rest', () => {
    expect(pagesOnDisk()).toEqual([0, 1, 2]);
    expect(disk.glance(SUM, 0, 0)?.size).toBe(3 * PAGE_BYTES);
  });

  test('what waits in memory counts', async () => {
    await series.append([...points(THREE, THREE + 3000), ...points(70, 75, 1), ...points(60_000, 60_001, 1)]);
    await expectScanned([0, 100, 70_000, THREE + 3000]);
    await series.flush('all');
    await expectScanned([0, 100, 70_000, THREE + 3000]);
  });

  test('a changed value takes its page back before it is written, and the next flush brings the page again', async () => {
    const order: string[] = [];
    disk.trap = ({ call, path }) => {
      if (call === 'write' || call === 'sync') order.push(`${call} ${path.slice(path.lastIndexOf('.') + 1)}`);
      return undefined;
    };
    await series.append(points(PAGE_SLOTS + 9, PAGE_SLOTS + 10, 3));
    await series.flush('all');
    const own = order.filter((call) => /(sum|dat)$/.test(call));
    expect(own.slice(0, 4)).toEqual(['write sum', 'sync sum', 'write dat', 'sync dat']);
    expect(pagesOnDisk()).toEqual([0, 1, 2]);
    await expectScanned(evenly(THREE, 20));
    await open(new TrialDisk(disk.afterKill()));
    await expectScanned(evenly(THREE, 20));
  });

  test('warm windows leave the disk alone', async () => {
    await expectScanned(evenly(THREE, 77));
    const before = disk.calls;
    await series.windows(
      1,
      evenly(THREE, 77).map((slot) => START + slot * 10),
    );
    expect(disk.calls).toBe(before);
  });

  test('a flush between two looks shows', async () => {
    await expectScanned(evenly(THREE, 20));
    await series.append(points(THREE, THREE + 50_000, 5));
    await series.flush('due');
    await expectScanned(evenly(THREE + 50_000, 20));
  });
});

test('a look during which a flush moves what it looks at from memory to the file', async () => {
  await threePages();
  await series.append([...points(500, 600, 8), ...points(60_000, 60_001, 8), ...points(THREE, THREE + 900)]);
  const bounds = [550, 59_990, THREE + 900];
  const wanted = await scanned(bounds);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const whole = disk.open.bind(disk);
  disk.open = async (path, mode) => {
    const file = await whole(path, mode);
    disk.open = whole;
    return { ...file, read: (into, at) => file.read(into, at).then((count) => gate.then(() => count)) };
  };
  const looking = series.windows(
    1,
    bounds.map((slot) => START + slot * 10),
  );
  await series.flush('all');
  release();
  const found = await looking;
  expect(found.map(({ min, max, count }) => [min, max, count])).toEqual(
    wanted.map(({ min, max, count }) => [min, max, count]),
  );
  found.forEach(({ sum }, i) => {
    expect(sum).toBeCloseTo(wanted[i]!.sum, 3);
  });
  await expectScanned(bounds);
});

describe('sums that do not hold', () => {
  beforeEach(threePages);

  const cases: [name: string, damage: (files: Map<string, Buffer>) => void][] = [
    ['missing', (files) => files.delete(SUM)],
    ['cut short', (files) => files.set(SUM, files.get(SUM)!.subarray(0, PAGE_BYTES + 100))],
    ['empty', (files) => files.set(SUM, Buffer.alloc(0))],
    ['a flipped bit', (files) => void files.get(SUM)!.writeUInt8(files.get(SUM)![5000]! ^ 4, 5000)],
    ['pages in the wrong order', (files) => void files.get(SUM)!.copyWithin(0, PAGE_BYTES)],
    [
      'of another start time',
      (files) => {
        const shift = START % 10;
        files.get('/s/feeds/1.meta')!.writeUInt32LE(START - shift - 7000, 12);
      },
    ],
    [
      'of a data file that is longer',
      (files) => files.set('/s/feeds/1.dat', files.get('/s/feeds/1.dat')!.subarray(0, 4 * 90_001)),
    ],
    [
      'of another data file of the same length',
      (files) => files.set('/s/feeds/1.dat', Buffer.from(Float32Array.from({ length: THREE }, (_, i) => i).buffer)),
    ],
  ];
  test.each(cases)('%s: made again from the data file', async (_name, damage) => {
    await series.close();
    const files = disk.afterKill();
    damage(files);
    await open(new TrialDisk(files));
    const { npoints, startTime } = series.meta(1)!;
    const edges = evenly(npoints, 60).map((slot) => startTime + slot * 10);
    const own = await series.windows(1, edges);
    const all: number[] = [];
    await series.scan(1, startTime, 0xffff_ffff, (_times, values) => {
      for (const value of values) all.push(value);
    });
    own.forEach((window, i) => {
      const values = all.slice((edges[i]! - startTime) / 10, (edges[i + 1]! - startTime) / 10);
      const present = values.filter((value) => !Number.isNaN(value));
      expect([window.count, window.min, window.max]).toEqual([
        present.length,
        Math.min(...present),
        Math.max(...present),
      ]);
    });
    await series.flush('due');
    const whole = Math.floor(npoints / PAGE_SLOTS);
    expect(pagesOnDisk().slice(0, whole)).toEqual(Array.from({ length: whole }, (_, i) => i));
    await open(new TrialDisk(disk.afterKill()));
    expect(await series.windows(1, edges)).toEqual(own);
  });

  test('a disk that refuses them stops nothing', async () => {
    disk.trap = ({ path }) => {
      if (path.endsWith('.sum')) throw diskError('EIO');
      return undefined;
    };
    void series.append(points(THREE, 4 * PAGE_SLOTS + 1));
    await series.flush('all');
    expect(series.health().degraded).toBeNull();
    await expectScanned(evenly(4 * PAGE_SLOTS, 31));
    disk.trap = () => undefined;
    await series.flush('due');
    expect(pagesOnDisk()).toEqual([0, 1, 2, 3]);
  });

  test.each(['clear', 'trim', 'remove'] as const)('%s leaves none behind', async (what) => {
    await expectScanned(evenly(THREE, 40));
    if (what === 'trim') await series.trim(1, START + 20_000);
    else await series[what](1);
    expect(disk.glance(SUM, 0, 0)).toBeNull();
    if (what === 'remove') return;
    if (what === 'trim') return expectScanned([2000, 50_000, THREE]);
    void series.append(points(0, THREE, 9));
    await series.flush('all');
    await expectScanned(evenly(THREE, 40));
  });

  test('cleared and filled again with others, the power failing before the sums went', async () => {
    disk.trap = ({ call, path }) => {
      if (call === 'remove' && path === SUM) throw diskError('EIO');
      return undefined;
    };
    await expect(series.clear(1)).rejects.toMatchObject({ code: 'HUB_STORAGE' });
    disk.trap = () => undefined;
    await open(new TrialDisk(disk.afterKill()));
    expect(disk.glance(SUM, 0, 0)).toBeNull();
    void series.append(points(0, THREE, 9));
    await series.flush('all');
    await expectScanned(evenly(THREE, 40));
  });
});

type Step =
  | { do: 'fill'; slots: number; salt: number }
  | { do: 'line'; slots: number; join: boolean }
  | { do: 'overwrite'; at: number; slots: number; salt: number }
  | { do: 'look'; edges: number[] }
  | { do: 'flush due' | 'flush all' | 'kill' | 'power cut' | 'close' | 'trim' };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fill' as const), slots: fc.nat(9000), salt: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('line' as const), slots: fc.nat(60_000), join: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('overwrite' as const), at: share, slots: fc.nat(40), salt: fc.nat(9) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('look' as const), edges: fc.array(share, { minLength: 2, maxLength: 40 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'flush due' as const,
        'flush all' as const,
        'flush all' as const,
        'kill' as const,
        'power cut' as const,
        'close' as const,
        'trim' as const,
      ),
    }),
  },
);

test('whatever is written, overwritten, flushed, cut off and looked at: the sums are those of every value', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 8, maxLength: 30 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (steps, dice) => {
        await open(new TrialDisk());
        await series.create(1, 5, 10);
        await series.append(points(0, PAGE_SLOTS + 2000));
        await series.flush('due');
        for (const one of steps) await take(one, () => dice.next().value as number);
        const { npoints } = series.meta(1)!;
        await expectFound(evenly(npoints, 30));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

async function take(one: Step, chance: () => number): Promise<void> {
  const { npoints, startTime } = series.meta(1)!;
  const first = (startTime - START) / 10;
  const end = first + npoints;
  if (one.do === 'fill') await series.append(points(end, end + one.slots, one.salt));
  else if (one.do === 'line') {
    await series.append([{ kind: 'point', feed: 1, time: START + (end + one.slots) * 10, value: 5, join: one.join }]);
  } else if (one.do === 'overwrite') {
    const at = first + Math.floor(one.at * npoints);
    await series.append(points(at, Math.min(end, at + one.slots), one.salt));
  } else if (one.do === 'look') {
    await expectFound(one.edges.map((place) => Math.floor(place * npoints)).sort((a, b) => a - b));
  } else if (one.do === 'kill') await open(new TrialDisk(disk.afterKill()));
  else if (one.do === 'power cut') {
    await series.sync();
    await open(new TrialDisk(disk.afterPowerCut(chance)));
  } else if (one.do === 'close') {
    await series.close();
    await open(new TrialDisk(disk.afterKill()));
  } else if (one.do === 'trim') {
    if (npoints > 2 * PAGE_SLOTS) await series.trim(1, startTime + 10 * Math.floor(npoints / 3));
  } else await series.flush(one.do === 'flush due' ? 'due' : 'all');
}

/** The same where the feed's first slot has moved. */
async function expectFound(places: readonly number[]): Promise<void> {
  const first = (series.meta(1)!.startTime - START) / 10;
  if (places.length > 1) await expectScanned(places.map((place) => place + first));
}
