import { expect, test } from 'vitest';
import type { Desired } from './device.ts';
import { type Meaning, meaningOf } from './switch-change.ts';

const wanted = (on: boolean, reached?: number): Desired => {
  return { on, by: 'Mari', why: 'page', at: 1000, ...(reached === undefined ? {} : { reached }) };
};

type Row = [name: string, Desired | null, Parameters<typeof meaningOf>[1], unbroken: boolean, Meaning];

test.each<Row>([
  ['nothing was ever wanted', null, { on: true, at: 2000 }, false, 'agrees'],
  ['nothing was wanted, and somebody presses', null, { on: true, at: 2000, wish: true }, false, 'wish'],
  ['it does as wished', wanted(true, 1001), { on: true, at: 2000, reboot: true }, false, 'agrees'],
  ['somebody presses the button', wanted(true), { on: false, at: 2000, wish: true }, false, 'wish'],
  ['certainly nobody pressed', wanted(true, 1001), { on: false, at: 2000, wish: false }, true, 'behind'],
  ['it has just started', wanted(true, 1001), { on: false, at: 2000, reboot: true }, true, 'behind'],
  ['it never had the wish', wanted(true), { on: false, at: 2000 }, true, 'behind'],
  ['it changed while it was watched', wanted(true, 1001), { on: false, at: 2000 }, true, 'wish'],
  ['it changed while nobody watched', wanted(true, 1001), { on: false, at: 2000 }, false, 'behind'],
  ['it has run since before the wish', wanted(true, 1001), { on: false, at: 2000, uptime: 1500 }, false, 'wish'],
  ['it has started since the wish', wanted(true, 1001), { on: false, at: 2000, uptime: 500 }, true, 'behind'],
  ['it started at the moment of the wish', wanted(true, 1001), { on: false, at: 2000, uptime: 1000 }, true, 'behind'],
])('%s', (_name, desired, report, unbroken, meaning) => {
  expect(meaningOf(desired, report, unbroken)).toBe(meaning);
});
