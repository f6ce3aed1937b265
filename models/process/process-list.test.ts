import { describe, expect, test } from 'vitest';
import { parseProcessList } from './check-list.ts';
import { decodeProcessList, encodeProcessList, isSwitchedOff, switchedOff } from './process-list.ts';
import { PROCESSES, processByStoredName, storedName } from './registry.ts';

const OWNER = { context: 'input', ownsInput: (id: number) => id === 5, ownsFeed: (id: number) => id === 12 } as const;

describe('a list that comes in', () => {
  const accepted: readonly [string, unknown, string][] = [
    ['a number', [{ fn: 'process__scale', args: [0.5] }], '2:0.5'],
    ['a number as text', [{ fn: 'process__offset', args: ['-3'] }], '3:-3'],
    ['a feed', [{ fn: 'process__log_to_feed', args: ['12'] }], '1:12'],
    ['an input', [{ fn: 'process__add_input', args: [5] }], '11:5'],
    ['a process without arguments has one all the same', [{ fn: 'process__allowpositive', args: [0] }], '24:0'],
    ['two arguments', [{ fn: 'process__power_to_kwh_custom', args: ['15', 12] }], '71:15:12'],
    ['a topic', [{ fn: 'process__publish_to_mqtt', args: ['house/power'] }], '35:house/power'],
    [
      'several',
      [
        { fn: 'process__scale', args: [2] },
        { fn: 'process__log_to_feed', args: [12] },
      ],
      '2:2,1:12',
    ],
    ['none', [], ''],
  ];
  test.each(accepted)('%s', (_name, list, stored) => {
    const steps = parseProcessList(JSON.stringify(list), OWNER);
    expect(encodeProcessList(steps)).toBe(stored);
    expect(encodeProcessList(decodeProcessList(stored))).toBe(stored);
  });

  const refused: readonly [string, string | undefined, string][] = [
    ['nothing', undefined, 'Invalid process list format: '],
    ['the stored form', '1:12', 'Invalid process list format: '],
    ['a number', '5', 'Process list must be an array'],
    ['no key', '[{"args":[1]}]', 'Missing process key in process list at index 0'],
    ['no step', '[null]', 'Missing process key in process list at index 0'],
    ['an unknown key', '[{"fn":"process__bogus","args":[1]}]', 'Invalid process process key:process__bogus'],
    ['a number for a key', '[{"fn":"1","args":[12]}]', 'Invalid process process key:1'],
    [
      'one for virtual feeds',
      '[{"fn":"process__source_feed_data_time","args":[12]}]',
      'Invalid process process key:process__source_feed_data_time',
    ],
    ['a deleted one', '[{"fn":"process__histogram","args":[12]}]', 'Invalid process process key:process__histogram'],
    ['no arguments', '[{"fn":"process__scale"}]', 'Missing arguments in process list at index 0'],
    ['too many', '[{"fn":"process__scale","args":[1,2]}]', 'Invalid number of arguments in process list at index 0'],
    [
      'too few',
      '[{"fn":"process__allowpositive","args":[]}]',
      'Invalid number of arguments in process list at index 0',
    ],
    ['text for a number', '[{"fn":"process__scale","args":["abc"]}]', 'Value is not numeric'],
    ['a list for a number', '[{"fn":"process__scale","args":[[1]]}]', 'Value is not numeric'],
    ['a foreign feed', '[{"fn":"process__log_to_feed","args":[13]}]', 'Invalid feed'],
    ['a foreign input', '[{"fn":"process__add_input","args":[6]}]', 'Invalid input'],
    ['a colon in a topic', '[{"fn":"process__publish_to_mqtt","args":["house:power"]}]', 'Invalid characters in text'],
    ['a wildcard in a topic', '[{"fn":"process__publish_to_mqtt","args":["house/#"]}]', 'Invalid characters in text'],
  ];
  test.each(refused)('with %s is refused', (_name, list, sentence) => {
    expect(() => parseProcessList(list, OWNER)).toThrow(
      expect.objectContaining({ code: 'HUB_PROCESS_LIST', sentence }),
    );
  });
});

test('switching off keeps the list readable, and does so once', () => {
  const off = switchedOff('3:1,52:1');
  expect(off).toBe('process__error_found:0,3:1,52:1');
  expect(switchedOff(off)).toBe(off);
  expect(isSwitchedOff(off)).toBe(true);
  expect(isSwitchedOff('3:1')).toBe(false);
});

test('the registry names each process once', () => {
  expect(new Set(PROCESSES.map((process) => process.key)).size).toBe(PROCESSES.length);
  for (const process of PROCESSES) expect(processByStoredName(storedName(process))).toBe(process);
});
