import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { DRIVERS } from '../models/drivers/registry.ts';
import { reasonInLog } from '../models/plan/reason-log.ts';
import type { Reason } from '../models/plan/wanted.ts';
import { checkSchedule } from '../models/schedule/check-schedule.ts';
import { parseSchedule } from '../models/schedule/schedule.ts';
import { loadLocales } from './locale.ts';
import { recognise } from './told.ts';
import { translator } from './translator.ts';

const locales = loadLocales(join(projectRoot, 'views/locales'));
const english = locales.en;

describe('the safe state of every family of devices', () => {
  it('has words of its own', () => {
    const without = [...DRIVERS.values()].filter(({ safeState }) => recognise(english, 'safe', safeState) === null);
    expect(without.map(({ family }) => family)).toEqual([]);
  });
});

describe('every reason in the log of switches', () => {
  const at = Date.UTC(2026, 0, 6, 7, 30) / 1000;
  const REASONS: readonly Reason[] = [
    { kind: 'boost', until: at },
    { kind: 'person', on: true, by: 'megan', until: at },
    { kind: 'always', on: true },
    { kind: 'always', on: false },
    { kind: 'timer', on: true, until: at },
    { kind: 'timer', on: false, until: null },
    { kind: 'cycle', until: at },
    { kind: 'run', until: at, readyBy: at + 3600 },
    { kind: 'wait', next: at },
    { kind: 'done', readyBy: at },
    { kind: 'stuck', readyBy: at },
    ...(['power', 'soc', 'price', 'carbon'] as const).map((missing): Reason => ({ kind: 'unknown', missing })),
    { kind: 'none' },
  ];
  it.each(REASONS)('$kind', (reason) => {
    const sentence = reasonInLog(reason, 'UTC');
    const found = recognise(english, 'log', sentence);
    expect(found && translator('en', english)(found.key, found.params)).toBe(sentence);
  });
  it('keeps its times in another language', () => {
    const found = recognise(english, 'log', 'planned until 04:30, to be ready by 07:30');
    expect(translator('de', locales.de)(found?.key ?? '', found?.params)).toBe('geplant bis 04:30, fertig bis 07:30');
  });
  it('is not what a person wrote', () => expect(recognise(english, 'log', 'because I say so')).toBeNull());
});

describe('every refusal of a schedule', () => {
  const hours = (count: number) => count * 3600;
  const need = { kind: 'time', seconds: hours(3) };
  const CASES: readonly [name: string, fields: object, canSwitch?: boolean][] = [
    ['no such device', { device: 9 }],
    ['a device without a switch', {}, false],
    ['no such input', { need: { kind: 'charge', capacityWh: 1, target: 1, current: { input: 5 } } }],
    ['no such forecast', { mix: [{ source: 'wind' }] }],
    ['a timer without times', { mode: 'timer' }],
    ['no deadline', { readyBy: null }],
    ['no day', { repeat: null }],
    ['too much within', { need, within: hours(1.5) }],
    ['too much before', { need, ahead: hours(1) }],
    ['too many long runs', { need, interruptible: true, blocks: 4, minRun: hours(1) }],
    ['too many starts', { need, interruptible: true, blocks: 4, maxStarts: 2 }],
  ];
  it.each(CASES)('%s', (_name, fields, canSwitch = true) => {
    const device = { id: 1, account: 1, family: 'x', name: 'Heater (hall)' };
    const world = {
      devices: { find: (id: number) => (id === 1 ? device : undefined) },
      inputs: { find: () => undefined },
      drivers: new Map([['x', { capabilities: { switch: canSwitch } }]]),
      sources: () => [],
      zone: () => 'UTC',
    } as unknown as Parameters<typeof checkSchedule>[0];
    const sentence = refusalOf(() => checkSchedule(world, 1, parseSchedule({ device: 1, ...fields })));
    const found = recognise(english, 'schedule', sentence);
    expect(found && translator('en', english)(found.key, found.params)).toBe(sentence);
  });
});

function refusalOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}
