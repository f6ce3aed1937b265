import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../../test/stores.ts';
import { encodeMeta } from '../timeseries/meta.ts';
import { encodeRecords } from '../timeseries/variable-record.ts';
import { judgeFiles, recordNotes } from './series-files.ts';

const META = encodeMeta({ interval: 10, startTime: 1_700_000_003 });
const USED = Buffer.from(META);
USED.writeUInt32LE(7, 0);

test.each([
  ['whole', META, 40, { interval: 10, meta: META, bytes: 40, notes: [] }],
  ['with words in use that nobody reads', USED, 40, { interval: 10, meta: USED, bytes: 40, notes: [] }],
  ['with more behind the meta', Buffer.concat([META, META]), 40, { interval: 10, meta: META, bytes: 40, notes: [] }],
  ['empty', META, 0, { interval: 10, meta: META, bytes: 0, notes: [] }],
  ['torn', META, 43, { interval: 10, meta: META, bytes: 40, notes: [/3 bytes .* offset 40/] }],
  ['torn in its first value', META, 1, { interval: 10, meta: META, bytes: 0, notes: [/1 bytes .* offset 0/] }],
  ['without data', META, null, { interval: 10, meta: META, bytes: 0, notes: [/missing/] }],
])('a feed of slots %s is taken', (_name, meta, data, { notes, bytes, ...rest }) => {
  const judged = judgeFiles({ id: 4, engine: 5 }, { meta, data, records: null });
  expect(judged).toMatchObject({ ok: true, ...rest, file: { feed: 4, name: '4.dat', bytes } });
  expect(judged.ok && judged.notes.map(({ why }) => why)).toEqual(notes.map((why) => expect.stringMatching(why)));
});

test.each([
  ['no meta', null, /4\.meta is missing/],
  ['an empty meta', Buffer.alloc(0), /ends at byte 0 of 16/],
  ['half a meta', META.subarray(0, 12), /ends at byte 12 of 16/],
  ['no interval', encodeMeta({ interval: 0, startTime: 5 }), /no interval at byte 8/],
  [
    'an interval of centuries',
    encodeMeta({ interval: 0xf0000000, startTime: 5 }),
    /no interval at byte 8 can be that long/,
  ],
])('a feed of slots with %s is not', (_name, meta, why) => {
  expect(judgeFiles({ id: 4, engine: 5 }, { meta, data: 40, records: null })).toEqual({
    ok: false,
    why: expect.stringMatching(why),
  });
});

test.each([
  ['whole', 45, 45, []],
  ['torn', 49, 45, [/4 bytes .* offset 45/]],
  ['without a file', null, 0, [/missing/]],
])('a feed of records %s is taken', (_name, records, bytes, notes) => {
  const judged = judgeFiles({ id: 4, engine: 2 }, { meta: null, data: null, records });
  expect(judged).toMatchObject({ ok: true, meta: null, file: { name: 'feed_4.MYD', bytes } });
  expect(judged.ok && judged.notes.map(({ why }) => why)).toEqual(notes.map((why) => expect.stringMatching(why)));
});

/** More than is read at once. */
const MANY = 70_000;

test.each<[string, (bytes: Buffer, times: number[]) => void, RegExp[]]>([
  ['that are right', () => undefined, []],
  ['of which one is none', (bytes) => bytes.writeUInt8(0, 9 * 3), [/^at offset 27: no record/]],
  [
    'of which several are none',
    (bytes) => bytes.fill(0, 9 * 66_000, 9 * 66_003),
    [/^at offset 594000 and at 2 more places: no record/],
  ],
  ['that go back in time', (bytes) => bytes.writeUInt32LE(5, 9 * 69_999 + 1), [/^at offset 629991: not later/]],
])('records %s are told', async (_name, damage, why) => {
  const times = Array.from({ length: MANY }, (_, i) => 1_700_000_000 + i);
  const bytes = encodeRecords(times, new Float32Array(MANY));
  damage(bytes, times);
  const path = join(testFolder('records'), 'feed_4.MYD');
  writeFileSync(path, bytes);
  const notes = await recordNotes(path, 'feed_4.MYD');
  expect(notes).toEqual(why.map((one) => ({ kind: 'changed', what: 'feed_4.MYD', why: expect.stringMatching(one) })));
});
