import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { nodeFiles } from './file.ts';
import { openSeries } from './open.ts';
import type { Series } from './series.ts';

const START = 1_700_000_000;
/** Frames of ten points each: enough that damage in one leaves others before and after it. */
const FRAMES = 5;
const PER_FRAME = 10;
const FRAME_BYTES = 16 + PER_FRAME * 17;
const HEADER = 20;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-damage-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

function open(): Promise<Series> {
  const log = createLog('silent');
  const clock = new ManualClock();
  return openSeries({ folder: join(root, 'feeds'), journal: join(root, 'journal'), files: nodeFiles, clock, log });
}

async function points(series: Series, feed = 1): Promise<number> {
  let count = 0;
  await series.scan(feed, 0, 0xffff_ffff, (_times, values) => {
    for (const value of values) if (!Number.isNaN(value)) count++;
  });
  return count;
}

/** Leaves a folder as a killed process does: fifty points in five frames of the second segment's journal, none in its file. */
async function killedHub(): Promise<string> {
  const series = await open();
  await series.create(1, 5, 10);
  for (let frame = 0; frame < FRAMES; frame++) {
    await series.append(
      Array.from({ length: PER_FRAME }, (_, i) => {
        const n = frame * PER_FRAME + i;
        return { kind: 'point' as const, feed: 1, time: START + n * 10, value: n };
      }),
    );
  }
  await cp(root, `${root}-copy`, { recursive: true });
  await series.close();
  await rm(root, { recursive: true });
  await cp(`${root}-copy`, root, { recursive: true });
  await rm(`${root}-copy`, { recursive: true });
  const names = await readdir(join(root, 'journal'));
  expect(names).toEqual(['00000001.hj']);
  return join(root, 'journal', names[0]!);
}

/** Where the nth frame of points begins; a frame with an empty checkpoint comes before them all. */
function frameAt(n: number): number {
  return HEADER + 16 + n * FRAME_BYTES;
}

async function change(path: string, offset: number, byte?: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset] = byte ?? bytes[offset]! ^ 0xff;
  await writeFile(path, bytes);
}

describe('a damaged journal gives back every point it can prove', () => {
  const cases: [name: string, survive: number, damages: number, damage: (path: string) => Promise<void>][] = [
    ['nothing wrong', 50, 0, async () => undefined],
    ['torn last frame', 40, 1, (path) => truncate(path, frameAt(FRAMES) - 1)],
    ['torn frame header', 40, 1, (path) => truncate(path, frameAt(4) + 7)],
    ['cut exactly between frames', 30, 0, (path) => truncate(path, frameAt(3))],
    ['empty file', 0, 0, (path) => truncate(path, 0)],
    ['torn segment header', 0, 1, (path) => truncate(path, 11)],
    ['bad segment header', 50, 1, (path) => change(path, 3)],
    ['a version that its check does not bear out', 50, 1, (path) => change(path, 8, 2)],
    ['bad checksum in the middle', 40, 1, (path) => change(path, frameAt(2))],
    ['bad mark in the middle', 40, 1, (path) => change(path, frameAt(2) + 4)],
    ['frame of another segment', 40, 1, (path) => change(path, frameAt(2) + 8)],
    ['bad length in the middle', 40, 1, (path) => change(path, frameAt(2) + 12)],
    ['length beyond the file', 40, 1, (path) => change(path, frameAt(2) + 15)],
    ['bad content in the middle', 40, 1, (path) => change(path, frameAt(2) + 30)],
    [
      'bad content at both ends',
      30,
      2,
      async (path) => {
        await change(path, frameAt(0) + 20);
        await change(path, frameAt(4) + 20);
      },
    ],
    [
      'rubbish behind the last frame',
      50,
      1,
      async (path) => {
        await writeFile(path, Buffer.concat([readFileSync(path), Buffer.from('rubbish that is no frame at all')]));
      },
    ],
    [
      'more zeros behind the last frame',
      50,
      0,
      async (path) => {
        await writeFile(path, Buffer.concat([readFileSync(path), Buffer.alloc(4096)]));
      },
    ],
    [
      'a frame of this segment again behind the zeros',
      50,
      1,
      async (path) => {
        const bytes = readFileSync(path);
        await writeFile(path, Buffer.concat([bytes, bytes.subarray(frameAt(1), frameAt(2))]));
      },
    ],
    [
      'the whole segment under another number',
      0,
      2,
      async (path) => {
        await writeFile(path.replace('00000001', '00000002'), readFileSync(path));
        await truncate(path, HEADER);
      },
    ],
  ];

  test.each(cases)('%s: %i points', async (_name, survive, damages, damage) => {
    const path = await killedHub();
    await damage(path);
    const series = await open();
    expect(await points(series)).toBe(survive);
    expect(series.health().damages.length).toBe(damages);
    if (damages > 0) expect(series.health().damages[0]).toMatchObject({ file: expect.stringContaining('.hj') });
    else expect(series.health().damages).toEqual([]);
    for (let n = 0; n < 50; n++) {
      const [value] = await series.samples(1, [START + n * 10]);
      expect(value === n || value === null).toBe(true);
    }
    await series.append([{ kind: 'point', feed: 1, time: START + 5000, value: 7 }]);
    await series.close();
    const again = await open();
    expect(await points(again)).toBe(survive + 1);
    expect(again.health().damages).toEqual([]);
    await again.close();
  });

  test.each([
    ['damaged', (feeds: string) => truncate(join(feeds, '1.meta'), 15)],
    ['gone', (feeds: string) => rm(join(feeds, '1.meta')).then(() => rm(join(feeds, '1.dat')))],
  ])('points of a feed whose .meta is %s are set aside, not deleted', async (_name, damage) => {
    const path = await killedHub();
    const bytes = await readFile(path);
    await damage(join(root, 'feeds'));
    const series = await open();
    expect(series.health().damages).toContainEqual({ file: path, offset: 0, what: expect.stringContaining('feed 1') });
    await series.close();
    expect(await readFile(join(root, 'journal/kept/00000001.hj'))).toEqual(bytes);
    expect(await readdir(join(root, 'journal'))).toEqual(['00000003.hj', 'kept']);
    const again = await open();
    expect(again.health().damages.filter(({ file }) => file.endsWith('.hj'))).toEqual([]);
    await again.close();
  });

  test('a segment of a newer version is not guessed at', async () => {
    const path = await killedHub();
    const bytes = await readFile(path);
    bytes[8] = 2;
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 16)), 16);
    await writeFile(path, bytes);
    await expect(open()).rejects.toMatchObject({ code: 'HUB_STORAGE' });
  });
});

describe('damaged files of a feed', () => {
  const DATA = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
  const META = Buffer.from('00000000000000000a00000000f15365', 'hex');
  const cases: [
    name: string,
    meta: Buffer | null,
    data: Buffer | null,
    survive: number,
    takes: boolean,
    damages: number,
  ][] = [
    ['whole', META, DATA, 4, true, 0],
    ['torn value at the end', META, Buffer.concat([DATA, Buffer.from([1, 2])]), 4, true, 1],
    ['less than one value', META, DATA.subarray(0, 3), 0, true, 1],
    ['data missing', META, null, 0, true, 1],
    ['data empty', META, Buffer.alloc(0), 0, true, 0],
    ['meta missing', null, DATA, 0, false, 1],
    ['meta short', META.subarray(0, 15), DATA, 0, false, 1],
    ['meta empty', Buffer.alloc(0), DATA, 0, false, 1],
    ['interval 0', Buffer.alloc(16), DATA, 0, false, 1],
  ];

  test.each(cases)('%s', async (_name, meta, data, survive, takes, damages) => {
    const folder = join(root, 'feeds');
    await mkdir(folder, { recursive: true });
    if (meta) await writeFile(join(folder, '7.meta'), meta);
    if (data) await writeFile(join(folder, '7.dat'), data);
    let series = await open();
    await series.create(8, 5, 10);
    expect(series.has(7)).toBe(true);
    expect(await points(series, 7)).toBe(survive);
    const kept = series.append([
      { kind: 'point', feed: 7, time: START + 60, value: 9 },
      { kind: 'point', feed: 8, time: START, value: 8 },
    ]);
    if (takes) await kept;
    else await expect(kept).rejects.toMatchObject({ code: 'HUB_STORAGE' });
    expect(series.health().damages.length).toBe(damages);
    await series.close();
    series = await open();
    expect(await points(series, 7)).toBe(takes ? survive + 1 : 0);
    expect(await points(series, 8)).toBe(1);
    if (takes) {
      expect((await readFile(join(folder, '7.dat'))).length % 4).toBe(0);
    } else {
      expect(await readFile(join(folder, '7.dat'))).toEqual(data);
      await series.remove(7);
      await series.create(7, 5, 10);
      await series.append([{ kind: 'point', feed: 7, time: START, value: 1 }]);
    }
    await series.close();
  });
});
