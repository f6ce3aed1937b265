import { describe, expect, it } from 'vitest';
import { age, bytes, clockTime, day, energy, type Language, moment, power, quantity } from './format.ts';

describe('power', () => {
  const cases: [name: string, watts: number | null, language: Language, shown: string][] = [
    ['nothing', null, 'en', '– kW'],
    ['not a number', Number.NaN, 'en', '– kW'],
    ['zero', 0, 'en', '0 W'],
    ['almost zero from below has no sign', -0.2, 'en', '0 W'],
    ['below a kilowatt whole watts', 384.4, 'en', '384 W'],
    ['that round up to a kilowatt', 999.6, 'en', '1.00 kW'],
    ['above it two decimals', 1672, 'en', '1.67 kW'],
    ['given back', -2480, 'en', '-2.48 kW'],
    ['a village', 1234567, 'en', '1,234.57 kW'],
    ['in Welsh as in English', 1672, 'cy', '1.67 kW'],
    ['in German with a comma', 1672, 'de', '1,67 kW'],
  ];
  it.each(cases)('%s', (_name, watts, language, shown) => {
    const { figure, unit } = power(watts, language);
    expect(`${figure} ${unit}`).toBe(shown);
  });
});

describe('quantity', () => {
  const cases: [name: string, value: number | null, unit: string, shown: string][] = [
    ['watts as power', 1044, 'W', '1.04 kW'],
    ['no value keeps the unit', null, '°C', '– °C'],
    ['a temperature', 20.64, '°C', '20.6 °C'],
    ['a voltage', 241.2, 'V', '241.2 V'],
    ['watt-hours have no decimals', 12, 'Wh', '12 Wh'],
    ['energy', 4.8123, 'kWh', '4.81 kWh'],
    ['much energy', 4812.34, 'kWh', '4,812.3 kWh'],
    ['a count without a unit', 42, '', '42 '],
    ['a small figure without a unit', 0.0421, '', '0.042 '],
  ];
  it.each(cases)('%s', (_name, value, unit, shown) => {
    const made = quantity(value, unit, 'en');
    expect(`${made.figure} ${made.unit}`).toBe(shown);
  });
});

it('writes energy with its unit', () => {
  expect(energy(30.4123, 'en')).toBe('30.41 kWh');
  expect(energy(30.4123, 'de')).toBe('30,41 kWh');
  expect(energy(null, 'en')).toBe('– kWh');
});

describe('times', () => {
  const thursday = Date.UTC(2007, 1, 1, 7, 39);
  it('tells the clock of the zone, 24 hours in every language', () => {
    expect(clockTime(thursday, 'Europe/Paris')).toBe('08:39');
    expect(clockTime(Date.UTC(2007, 1, 1), 'UTC')).toBe('00:00');
  });
  it('leaves out what the reader knows', () => {
    const evening = Date.UTC(2007, 1, 1, 21);
    const next = Date.UTC(2007, 1, 2, 9);
    expect(moment(thursday, 'UTC', 'en', evening)).toBe('07:39');
    expect(moment(thursday, 'UTC', 'en', next)).toBe('Thursday 1 February, 07:39');
    expect(moment(thursday, 'UTC', 'en', Date.UTC(2026, 1, 1))).toBe('1 February 2007, 07:39');
  });
  it('names days in each language', () => {
    expect(day(thursday, 'UTC', 'de', thursday)).toBe('Donnerstag, 1. Februar');
    expect(day(thursday, 'UTC', 'cy', thursday)).toMatch(/Iau.* 1 Chwefror/);
  });
});

it.each([
  [0, 'ago.now', 0],
  [-3, 'ago.now', 0],
  [2, 'ago.seconds', 2],
  [89, 'ago.seconds', 89],
  [240, 'ago.minutes', 4],
  [7200, 'ago.hours', 2],
  [200_000, 'ago.days', 2],
] as const)('%i seconds ago', (seconds, key, count) => {
  expect(age(seconds)).toEqual({ key, count });
});

it('counts bytes as people do', () => {
  expect([bytes(0, 'en'), bytes(999, 'en'), bytes(14_230, 'en'), bytes(142_300_000, 'de')]).toEqual([
    '0 B',
    '999 B',
    '14.2 kB',
    '142 MB',
  ]);
});
