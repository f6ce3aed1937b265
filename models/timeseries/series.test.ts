import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { nodeFiles } from './file.ts';
import { openSeries } from './open.ts';
import type { Series } from './series.ts';

let root: string;
let clock: ManualClock;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-series-'));
  clock = new ManualClock();
});

afterEach(() => rm(root, { recursive: true, force: true }));

function open(): Promise<Series> {
  const log = createLog('silent');
  return openSeries({ folder: join(root, 'feeds'), journal: join(root, 'journal'), files: nodeFiles, clock, log });
}

test('a point is there at once, after close and after opening again', async () => {
  let series = await open();
  await series.create(1, 5, 10);
  await series.append([{ kind: 'point', feed: 1, time: 1_700_000_003, value: 1.5 }]);
  await series.append([{ kind: 'point', feed: 1, time: 1_700_000_031, value: 4, join: true }]);
  const times = [1_699_999_990, 1_700_000_000, 1_700_000_010, 1_700_000_025, 1_700_000_030, 1_700_000_031];
  const expected = [null, 1.5, Math.fround(1.5 + 2.5 / 3), Math.fround(1.5 + 5 / 3), 4, null];
  expect(await series.samples(1, times)).toEqual(expected);
  expect(series.meta(1)).toEqual({
    engine: 5,
    interval: 10,
    startTime: 1_700_000_000,
    endTime: 1_700_000_030,
    npoints: 4,
  });
  await series.close();
  await series.close();
  expect(await readFile(join(root, 'feeds', '1.meta'), 'hex')).toBe('00000000000000000a00000000f15365');
  expect((await readFile(join(root, 'feeds', '1.dat'))).length).toBe(16);
  series = await open();
  expect(await series.samples(1, times)).toEqual(expected);
  expect(series.last(1)).toEqual({ time: 1_700_000_031, value: 4 });
  expect(series.health()).toMatchObject({ degraded: null, damages: [], pendingPoints: 0 });
  await series.close();
});
