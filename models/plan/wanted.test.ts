import { expect, test } from 'vitest';
import { type Situation, wanted } from './wanted.ts';

const NOW = 1_000_000;
const idle: Situation = { now: NOW, mode: null, boost: null, override: null, back: null, timer: [], smart: null };
const smart = {
  ...{ readyBy: NOW + 9000, left: 3600, interruptible: true, begun: false, given: false, missing: null },
  periods: [[NOW + 600, NOW + 4200]] as [number, number][],
};
const running = { ...smart, periods: [[NOW - 600, NOW + 3000]] as [number, number][] };
const person = { on: false, by: 'Megan', until: NOW + 60 };

const cases: [name: string, situation: Partial<Situation>, on: boolean | null, kind: string][] = [
  ['nothing is said', {}, null, 'none'],
  ['a schedule that had it on is gone', { back: false }, false, 'none'],
  ['always on', { mode: 'on' }, true, 'always'],
  ['always off', { mode: 'off' }, false, 'always'],
  ['in a timer’s window', { mode: 'timer', timer: [[NOW - 1, NOW + 1]] }, true, 'timer'],
  ['a timer’s window is just over', { mode: 'timer', timer: [[NOW - 1, NOW]] }, false, 'timer'],
  ['before the run', { mode: 'smart', smart }, false, 'wait'],
  ['in the run', { mode: 'smart', smart: running }, true, 'run'],
  ['the run is over early', { mode: 'smart', smart: { ...running, left: 0 } }, false, 'done'],
  ['nothing more can be planned', { mode: 'smart', smart: { ...smart, periods: [] } }, false, 'stuck'],
  ['the state of charge is not known', { mode: 'smart', smart: { ...smart, missing: 'soc' } }, false, 'unknown'],
  [
    'a run in one piece has begun and its plan says otherwise',
    { mode: 'smart', smart: { ...smart, interruptible: false, begun: true } },
    true,
    'cycle',
  ],
  ['a boost', { mode: 'off', boost: { until: NOW + 1 } }, true, 'boost'],
  ['a boost that is over', { mode: 'off', boost: { until: NOW } }, false, 'always'],
  ['a person’s wish', { mode: 'smart', smart: running, override: person }, null, 'person'],
  [
    'a person’s wish is stronger than the boost before it',
    { boost: { until: NOW + 9 }, override: person },
    null,
    'person',
  ],
  ['a person’s wish that is over', { mode: 'smart', smart: running, override: { ...person, until: NOW } }, true, 'run'],
];

test.each(cases)('%s', (_, situation, on, kind) => {
  const found = wanted({ ...idle, ...situation });
  expect([found.on, found.reason.kind]).toEqual([on, kind]);
  expect(wanted({ ...idle, ...situation })).toEqual(found);
});
