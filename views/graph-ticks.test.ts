import { describe, expect, it } from 'vitest';
import type { Language } from './format.ts';
import { ticksOf } from './graph-ticks.ts';

const CASES: readonly [name: string, from: string, to: string, language: Language, labels: string][] = [
  [
    'a day',
    '2026-07-15T00:00+01',
    '2026-07-16T00:00+01',
    'en',
    '00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 24:00',
  ],
  [
    'the long day',
    '2026-10-25T00:00+01',
    '2026-10-26T00:00Z',
    'en',
    '00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 24:00',
  ],
  [
    'the short day',
    '2026-03-29T00:00Z',
    '2026-03-30T00:00+01',
    'en',
    '00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 24:00',
  ],
  ['an hour', '2026-07-15T07:00+01', '2026-07-15T08:00+01', 'en', '07:00 07:10 07:20 07:30 07:40 07:50 08:00'],
  ['a week', '2026-07-13T00:00+01', '2026-07-20T00:00+01', 'de', 'Mo 13 Di 14 Mi 15 Do 16 Fr 17 Sa 18 So 19 Mo 20'],
  ['five years', '2022-01-01T00:00Z', '2027-01-01T00:00Z', 'cy', '2022 2023 2024 2025 2026 2027'],
];

describe('ticksOf', () => {
  it.each(CASES)('%s', (_name, from, to, language, labels) => {
    const ticks = ticksOf(seconds(from), seconds(to), 'Europe/London', language);
    expect(ticks.map(({ label }) => label).join(' ')).toBe(labels);
  });

  it('never says more than it is asked for', () => {
    for (let span = 60; span < 1e9; span *= 1.7) {
      expect(ticksOf(1_170_284_400, 1_170_284_400 + span, 'Europe/Paris', 'en', 9).length).toBeLessThanOrEqual(10);
    }
  });
});

function seconds(local: string): number {
  return Date.parse(local.replace(/\+01$/, '+01:00')) / 1000;
}
