import { describe, expect, it } from 'vitest';
import { readingName, readingSentence } from './device-reading.ts';

const words = { t: (key: string, values?: object) => (values ? `${key} ${JSON.stringify(values)}` : key) };

describe('a reading', () => {
  const CASES: readonly [name: string, called: string][] = [
    ['power_w', 'device.reading.power'],
    ['energy_kwhd', 'device.reading.energy_day'],
    ['voltage_v_2', 'device.reading.part {"name":"device.reading.voltage","part":"2"}'],
    ['power1', 'device.reading.part {"name":"device.reading.power","part":"1"}'],
    ['tariff_energy_wh', 'tariff_energy_wh'],
    ['constructor', 'constructor'],
    ['', ''],
    ['7', '7'],
  ];
  it.each(CASES)('%s is called %s', (name, called) => {
    expect(readingName(name, words)).toBe(called);
  });

  it.each([
    ['fetch_success', 1, 'device.reading.fetch_success.yes'],
    ['fetch_success', 0, 'device.reading.fetch_success.no'],
    ['is_valid', 0, 'device.reading.is_valid.no'],
    ['is_valid', null, null],
    ['power_w', 1, null],
  ] as const)('%s of %s is the sentence %s', (name, value, sentence) => {
    expect(readingSentence(name, value, words)).toBe(sentence);
  });
});
