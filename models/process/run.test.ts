import { describe, expect, test } from 'vitest';
import { OTHER, OUT, play, SOURCE, T, type World } from '../../test/play-list.ts';
import { Packet } from './packet.ts';
import { compileProcessList } from './process-list.ts';
import { run } from './run.ts';

const MIXED = [5, -3, 0, 100.5, -40000, 70000];

describe('what comes out for 5, -3, 0, 100.5, -40000, 70000', () => {
  const cases: readonly [string, string, (number | null)[]][] = [
    ['nothing to do', '', MIXED],
    ['scale', '2:2.5', [12.5, -7.5, 0, 251.25, -100000, 175000]],
    ['offset', '3:-3.25', [1.75, -6.25, -3.25, 97.25, -40003.25, 69996.75]],
    ['allow positive', '24:0', [5, 0, 0, 100.5, 0, 70000]],
    ['allow negative', '25:0', [0, -3, 0, 0, -40000, 0]],
    ['signed to unsigned', '26:0', [5, 65533, 0, 100.5, 25536, 70000]],
    ['max value allowed', '61:50', [5, -3, 0, 50, -40000, 50]],
    ['min value allowed', '62:-10', [5, -3, 0, 100.5, -10, 70000]],
    ['absolute', '63:0', [5, 3, 0, 100.5, 40000, 70000]],
    ['reset to zero', '33:0', [0, 0, 0, 0, 0, 0]],
    ['reset to null', '36:0', [null, null, null, null, null, null]],
    ['reset to original', '2:2,37:0', MIXED],
    ['steps run from left to right', '3:1,2:10', [60, -20, 10, 1015, -399990, 700010]],
  ];
  test.each(cases)('%s', (_name, list, expected) => {
    expect(
      play(
        list,
        MIXED.map((value, at) => [at * 10, value]),
      ).outcomes,
    ).toEqual(expected);
  });
});

describe('schedules', () => {
  const cases: readonly [string, string, (number | null)[]][] = [
    ['zero outside', 'schedule__if_not_schedule_zero:7', [0, 5]],
    ['nothing outside', 'schedule__if_not_schedule_null:7', [null, 5]],
    ['zero inside', 'schedule__if_schedule_zero:7', [5, 0]],
    ['nothing inside', 'schedule__if_schedule_null:7', [5, null]],
    ['one that does not exist holds no time', 'schedule__if_schedule_zero:8', [5, 5]],
  ];
  test.each(cases)('%s', (_name, list, expected) => {
    const readings: [number, number][] = [
      [-10, 5],
      [10, 5],
    ];
    expect(play(list, readings, { inSchedule: 7 }).outcomes).toEqual(expected);
  });
});

describe('events: +1000 where the next step ran', () => {
  const cases: readonly [string, string, (readonly [number, number | null])[], (number | null)[]][] = [
    ['the first reading has no rate', 'eventp__ifrategtequalskip:5', [[0, 100]], [1100]],
    [
      'a rise of as much skips',
      'eventp__ifrategtequalskip:5',
      [
        [0, 1],
        [10, 6],
      ],
      [1001, 6],
    ],
    [
      'a smaller rise runs',
      'eventp__ifrategtequalskip:5',
      [
        [0, 1],
        [10, 5.9],
      ],
      [1001, 1005.9],
    ],
    [
      'a smaller rise skips',
      'eventp__ifrateltskip:5',
      [
        [0, 1],
        [10, 5.9],
      ],
      [1001, 5.9],
    ],
    [
      'a fall is a smaller rise',
      'eventp__ifrateltskip:-2',
      [
        [0, 9],
        [10, 5],
        [20, 4],
      ],
      [1009, 5, 1004],
    ],
    [
      'no value is passed over',
      'eventp__ifrateltskip:5',
      [
        [0, 1],
        [10, null],
        [20, 2],
      ],
      [1001, null, 2],
    ],
    [
      'mute: once in a minute',
      'eventp__ifmuteskip:60',
      [
        [0, 1],
        [59, 1],
        [60, 1],
        [61, 1],
      ],
      [1001, 1, 1001, 1],
    ],
    [
      'not mute: the rest of the minute',
      'eventp__ifnotmuteskip:60',
      [
        [0, 1],
        [59, 1],
        [60, 1],
      ],
      [1, 1001, 1],
    ],
  ];
  test.each(cases)('%s', (_name, skip, readings, expected) => {
    expect(play(`${skip},3:1000`, readings).outcomes).toEqual(expected);
  });

  test('a letter says which step wants it', () => {
    const { effects, outcomes } = play('3:1,eventp__sendemail:Too warm', [[0, 5]]);
    expect(outcomes).toEqual([6]);
    expect(effects).toEqual([{ kind: 'mail', step: 1, text: 'Too warm', value: 6 }]);
  });
});

describe('skips leave out the one next step', () => {
  const cases: readonly [string, string, (number | null)[], (number | null)[]][] = [
    ['if zero', '42:0', [5, 0], [1005, 0]],
    ['if not zero', '43:0', [5, 0], [5, 1000]],
    ['if null', '44:0', [5, null], [1005, null]],
    ['if not null', '45:0', [5, 0], [5, 0]],
    ['if >', '46:5', [5, 6], [1005, 6]],
    ['if >=', '47:5', [4, 5], [1004, 5]],
    ['if <', '48:5', [5, 4], [1005, 4]],
    ['if <=', '49:5', [6, 5], [1006, 5]],
    ['if =', '50:5', [5, 6], [5, 1006]],
    ['if !=', '51:5', [5, 6], [1005, 6]],
  ];
  test.each(cases)('%s', (_name, skip, values, expected) => {
    const { outcomes, posts } = play(
      `${skip},3:1000,1:${OUT}`,
      values.map((value, at) => [at * 10, value]),
    );
    expect(outcomes).toEqual(expected);
    expect(posts).toHaveLength(values.length);
  });
  test('a skip at the end skips nothing', () => {
    expect(play('43:0', [[0, 5]]).outcomes).toEqual([5]);
  });
});

describe('with another input or feed', () => {
  const cases: readonly [string, string, World, (number | null)[]][] = [
    ['x input', `6:${OTHER}`, { other: 4 }, [20, -12, 12]],
    ['/ input', `12:${OTHER}`, { other: 4 }, [1.25, -0.75, 0.75]],
    ['/ input by zero', `12:${OTHER}`, { other: 0 }, [null, null, null]],
    ['/ input by a negative', `12:${OTHER}`, { other: -2 }, [null, null, null]],
    ['+ input', `11:${OTHER}`, { other: 4 }, [9, 1, 7]],
    ['+ input without a value', `11:${OTHER}`, { other: null }, [null, null, null]],
    ['- input', `22:${OTHER}`, { other: 4 }, [1, -7, -1]],
    ['max by input', `66:${OTHER}`, { other: 4 }, [4, -3, 3]],
    ['min by input', `67:${OTHER}`, { other: 4 }, [5, 4, 4]],
    ['+ feed', `29:${SOURCE}`, { source: 4 }, [9, 1, 7]],
    ['- feed', `30:${SOURCE}`, { source: 4 }, [1, -7, -1]],
    ['* feed', `31:${SOURCE}`, { source: 4 }, [20, -12, 12]],
    ['/ feed', `32:${SOURCE}`, { source: 4 }, [1.25, -0.75, 0.75]],
    ['/ feed by a negative', `32:${SOURCE}`, { source: -2 }, [-2.5, 1.5, -1.5]],
    ['/ feed by zero', `32:${SOURCE}`, { source: 0 }, [null, null, null]],
    ['max by feed', `68:${SOURCE}`, { source: 4 }, [4, -3, 3]],
    ['min by feed', `69:${SOURCE}`, { source: 4 }, [5, 4, 4]],
    ['a feed without a value', `29:${SOURCE}`, {}, [null, null, null]],
  ];
  test.each(cases)('%s', (_name, list, world, expected) => {
    const readings = [5, -3, 3].map((value, at) => [at * 10, value] as const);
    expect(play(list, readings, world).outcomes).toEqual(expected);
  });
});

describe('a list', () => {
  test('sees what its own earlier steps posted', () => {
    expect(play(`1:${SOURCE},2:10,29:${SOURCE}`, [[0, 5]]).outcomes).toEqual([55]);
  });
  test('jumps ahead', () => {
    expect(play(`52:3,3:1000,1:${OUT}`, [[0, 5]]).posts).toEqual([[0, 5]]);
  });
  test('publishes on the topic it names', () => {
    const { effects } = play('35:house/power', [[0, 7.5]]);
    expect(effects).toEqual([{ kind: 'publish', topic: 'house/power', value: 7.5 }]);
  });
  const ended: readonly [string, string, number[][], boolean][] = [
    ['that goes in a circle is stopped and said to be broken', `3:1,1:${OUT},52:1`, [[0, 6]], true],
    ['that names an unknown process ends before it', `1:${OUT},99:1,1:${OUT}`, [[0, 5]], false],
    ['that names a process no longer run ends before it', `1:${OUT},16:${OUT},1:${OUT}`, [[0, 5]], false],
  ];
  test.each(ended)('%s', (_name, list, posts, broken) => {
    const nothing = { input: () => null, feed: () => undefined, state: () => undefined };
    const packet = new Packet({ ...nothing, inSchedule: () => false, note: () => undefined }, 'UTC');
    const result = run(compileProcessList(list), 5, T, packet);
    expect(result.broken).toBe(broken);
    expect(result.effects.map((effect) => (effect.kind === 'post' ? [effect.time - T, effect.value] : []))).toEqual(
      posts,
    );
  });
  test('that was switched off does nothing and is not broken', () => {
    const result = play(`process__error_found:0,1:${OUT}`, [[0, 5]]);
    expect(result.effects).toEqual([]);
  });
  test('never hands on a number no feed can hold', () => {
    expect(play('2:1e308,2:1e308', [[0, 5]]).outcomes).toEqual([null]);
  });
});
