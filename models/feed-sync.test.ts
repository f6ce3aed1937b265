import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseSync, syncPoints, syncProblem } from './feed-sync.ts';
import type { SeriesMeta } from './timeseries/series.ts';

const START = 1_700_000_000;
const FIXED: SeriesMeta = { engine: 5, interval: 10, startTime: START, endTime: START + 10, npoints: 2 };
const VARIABLE: SeriesMeta = { engine: 2, interval: 1, startTime: START, endTime: START, npoints: 1 };

function words(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, i * 4);
  return bytes;
}

function floats(...numbers: number[]): Buffer {
  return Buffer.from(new Float32Array(numbers).buffer);
}

function sealed(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([body, words(crc32(body))]);
}

const segment = (feed: number, offset: number, data: Buffer, { start = START, interval = 10 } = {}) =>
  Buffer.concat([words(20 + data.length, feed, start, interval, offset), data]);

test('several segments, fixed and variable', () => {
  const record = Buffer.concat([Buffer.from([249]), words(START + 7), floats(2.5)]);
  const parsed = parseSync(
    sealed(segment(1, 8, floats(3, Number.NaN)), words(12 + 9, 2, 9), record),
    (feed) => feed === 2,
  );
  if (typeof parsed === 'string') throw new Error(parsed);
  expect(parsed).toMatchObject([
    { feed: 1, start: START, interval: 10, offset: 8 },
    { feed: 2, offset: 9 },
  ]);
  expect([...syncPoints(parsed[0]!, FIXED)]).toEqual([
    [
      [START + 20, 3],
      [START + 30, Number.NaN],
    ],
  ]);
  expect([...syncPoints(parsed[1]!, VARIABLE)]).toEqual([[[START + 7, 2.5]]]);
  expect(parsed.map((one, i) => syncProblem(one, i === 0 ? FIXED : VARIABLE, 0))).toEqual([null, null]);
});

describe('refused', () => {
  const whole = sealed(segment(1, 8, floats(3)));
  const cases: readonly [string, Buffer, string][] = [
    ['nothing at all', Buffer.alloc(0), 'Invalid checksum'],
    ['one flipped bit', Buffer.concat([Buffer.from([whole[0]! ^ 1]), whole.subarray(1)]), 'Invalid checksum'],
    ['cut off', whole.subarray(0, -1), 'Invalid checksum'],
    ['a length beyond the end', sealed(words(400, 1, START, 10, 8)), 'Invalid segment length'],
    ['a length below the head', sealed(words(19, 1, START, 10, 8)), 'Invalid segment length'],
    ['a length of nothing', sealed(words(0, 1, START, 10, 8)), 'Invalid segment length'],
    ['rubbish behind', sealed(segment(1, 8, floats(3)), Buffer.from([1, 2])), 'Invalid segment length'],
  ];
  test.each(cases)('%s', (_name, body, sentence) => {
    expect(parseSync(body, () => false)).toBe(sentence);
  });

  const problems: readonly [string, Buffer, number, RegExp][] = [
    ['a gap', segment(1, 12, floats(3)), 0, /^Upload data_start does not match local npoints for feedid=1$/],
    ['what is there already', segment(1, 4, floats(3)), 0, /data_start/],
    ['not behind the segment before', segment(1, 8, floats(3)), 4, /data_start/],
    ['another start', segment(1, 8, floats(3), { start: START + 10 }), 0, /start_time/],
    ['another interval', segment(1, 8, floats(3), { interval: 60 }), 0, /interval/],
    ['half a value', segment(1, 8, Buffer.alloc(6)), 0, /multiple of 4/],
  ];
  test.each(problems)('%s', (_name, body, waiting, sentence) => {
    const parsed = parseSync(sealed(body), () => false);
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(syncProblem(parsed[0]!, FIXED, waiting)).toMatch(sentence);
  });
});
