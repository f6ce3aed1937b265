import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { AGILE, AGILE_START } from '../../test/planner/agile-day.ts';
import type { Context } from './provider.ts';
import { PROVIDERS } from './providers.ts';
import { inOrder, resampled, type Span } from './span.ts';

const LONDON: Context = { now: AGILE_START, zone: 'Europe/London' };
const HALF_HOUR = 1800;
const at = (text: string) => Date.parse(text) / 1000;

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, 'test/data/forecasts', `${name}-2020-05-24.json`), 'utf8'));
}

function told(provider: string, params: object, answer: unknown, context = LONDON): Span[] {
  return inOrder(PROVIDERS.get(provider)?.configure(params).parse(answer, context).spans ?? []);
}

function asked(provider: string, params: object, context = LONDON) {
  return PROVIDERS.get(provider)?.configure(params).request(context) ?? [];
}

describe('the recorded answers of May 2020', () => {
  test('Octopus Agile: pence become pounds, the newest first become the oldest first', () => {
    const spans = told('octopus-agile', { region: 'D' }, recorded('octopus-agile'));
    expect(spans).toHaveLength(100);
    const day = resampled(spans, { start: AGILE_START, interval: HALF_HOUR, count: 48 });
    expect(day).toEqual(AGILE.map((pence) => pence / 100));
    expect(told('octopus-agile', { region: 'D', vat: false }, recorded('octopus-agile')).at(-1)?.value).toBe(0.0695);
  });

  test('carbon intensity', () => {
    const spans = told('carbon-intensity', {}, recorded('carbon-intensity'));
    expect(spans[0]).toEqual({ start: at('2020-05-24T20:30Z'), end: at('2020-05-24T21:00Z'), value: 146 });
    expect(spans.at(-1)).toEqual({ start: at('2020-05-25T20:30Z'), end: at('2020-05-25T21:00Z'), value: 163 });
    expect(spans).toHaveLength(49);
  });

  test('Nord Pool: a MWh becomes a kWh, VAT comes on top', () => {
    const params = { currency: 'DKK', vat: 25 };
    const spans = told('nord-pool', params, recorded('nordpool-dk'));
    expect(spans).toHaveLength(25);
    expect(spans[0]).toMatchObject({ start: at('2020-05-24T21:00Z'), end: at('2020-05-24T22:00Z') });
    expect(spans[0]?.value).toBeCloseTo(0.04755, 9);
    expect(() => told('nord-pool', { currency: 'EUR' }, recorded('nordpool-dk'))).toThrow(/DKK/);
  });

  test('Energy Local: 48 half-hours from midnight in London, of today and tomorrow', () => {
    const spans = told('energy-local', {}, recorded('energylocal-bethesda'));
    expect(spans).toHaveLength(96);
    expect(spans[0]).toEqual({ start: at('2020-05-23T23:00Z'), end: at('2020-05-23T23:30Z'), value: 1.36 });
    expect(spans[48]?.value).toBe(1.36);
  });
});

describe('other shapes', () => {
  test('Nord Pool by the quarter of an hour, for one of several areas', () => {
    const answer = {
      currency: 'EUR',
      multiAreaEntries: [
        {
          deliveryStart: '2026-01-15T00:00:00Z',
          deliveryEnd: '2026-01-15T00:15:00Z',
          entryPerArea: { DK1: 40, DK2: 50 },
        },
        { deliveryStart: '2026-01-15T00:15:00Z', deliveryEnd: '2026-01-15T00:30:00Z', entryPerArea: { DK1: -20 } },
      ],
    };
    const values = (area: string) => told('nord-pool', { area }, answer).map(({ value }) => value);
    expect(values('DK1')).toEqual([0.04, -0.02]);
    expect(values('DK2')).toEqual([0.05]);
    expect(() => values('SE4')).toThrow(/without a figure/);
  });

  test('regional carbon, as an object and as a list of one', () => {
    const row = { from: '2026-01-15T00:00Z', to: '2026-01-15T00:30Z', intensity: { forecast: 71, index: 'low' } };
    for (const data of [{ regionid: 7, data: [row] }, [{ regionid: 7, data: [row] }]])
      expect(told('carbon-intensity', { region: 7 }, { data }).map(({ value }) => value)).toEqual([71]);
  });

  test('Energy Local with start and interval, and with a date in the first cell', () => {
    expect(told('energy-local', {}, { start: 1800, end: 5400, interval: 1800, profile: [1, null] })).toEqual([
      { start: 1800, end: 3600, value: 1 },
    ]);
    const dated = { DATA: [['November, 02 2016 00:00:00', ...new Array(48).fill(1)]] };
    expect(told('energy-local', {}, dated)[0]?.start).toBe(at('2016-11-02T00:00Z'));
    expect(told('energy-local', {}, dated)).toHaveLength(48);
  });

  test('Solcast: each figure ends at its time', () => {
    const forecasts = [
      { pv_estimate: 1.5, pv_estimate10: 1, period_end: '2026-06-01T10:00:00.0000000Z', period: 'PT30M' },
    ];
    expect(told('solcast', { site: 'abcd-1234', key: 'secret' }, { forecasts })).toEqual([
      { start: at('2026-06-01T09:30Z'), end: at('2026-06-01T10:00Z'), value: 1.5 },
    ]);
  });
});

describe('what is asked', () => {
  test.each<[provider: string, params: object, urls: string[]]>([
    [
      'octopus-agile',
      { region: 'C' },
      [
        'https://api.octopus.energy/v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-C/standard-unit-rates/?period_from=2020-05-23T20%3A30%3A00Z&period_to=2020-05-27T20%3A30%3A00Z&page_size=1500',
      ],
    ],
    ['carbon-intensity', {}, ['https://api.carbonintensity.org.uk/intensity/2020-05-24T20:31Z/fw48h']],
    [
      'carbon-intensity',
      { region: 7 },
      ['https://api.carbonintensity.org.uk/regional/intensity/2020-05-24T20:31Z/fw48h/regionid/7'],
    ],
    [
      'carbon-intensity',
      { postcode: 'LL57' },
      ['https://api.carbonintensity.org.uk/regional/intensity/2020-05-24T20:31Z/fw48h/postcode/LL57'],
    ],
    ['energy-local', { base: 'http://10.0.0.9/mirror' }, ['http://10.0.0.9/mirror/club/forecast?name=bethesda']],
    [
      'solcast',
      { site: 'abcd', key: 'hush' },
      ['https://api.solcast.com.au/rooftop_sites/abcd/forecasts?format=json&hours=168'],
    ],
  ])('%s %j', (provider, params, urls) => {
    expect(asked(provider, params).map(({ url }) => url)).toEqual(urls);
  });

  test('Nord Pool today and, where it is out, tomorrow', () => {
    const asks = asked('nord-pool', { area: 'NO2' });
    expect(asks.map(({ url, mayBeMissing }) => [new URL(url).searchParams.get('date'), mayBeMissing])).toEqual([
      ['2020-05-24', false],
      ['2020-05-25', true],
    ]);
  });

  test.each<[provider: string, params: object]>([
    ['octopus-agile', {}],
    ['octopus-agile', { region: 'I' }],
    ['octopus-agile', { region: 'C', product: '../../accounts' }],
    ['octopus-agile', { region: 'C', base: 'file:///etc' }],
    ['octopus-agile', { region: 'C', base: 'https://user:pw@example.org' }],
    ['solcast', { site: 'abcd', key: 'a b\r\nc' }],
    ['url', { url: 'ftp://example.org/x' }],
    ['url', { url: 'https://example.org', token: 'a\nb' }],
    ['off-peak', { windows: [{ from: '24:00', to: '01:00', price: 1 }] }],
  ])('%s does not take %j', (provider, params) => {
    expect(() => PROVIDERS.get(provider)?.configure(params)).toThrow();
  });
});

describe('days on which clocks change', () => {
  const spring = at('2026-03-29T00:00Z');
  const autumn = at('2026-10-24T23:00Z');
  const day = Array.from({ length: 48 }, (_, index) => index);
  test.each<[what: string, values: number[], now: number, half: number[]]>([
    ['48 in spring: the skipped hour is left out', day, spring, [0, 1, ...day.slice(4)]],
    ['48 in autumn: the doubled hour holds twice', day, autumn, [0, 1, 2, 3, 2, 3, ...day.slice(4)]],
    ['46 in spring: one after the other', day.slice(0, 46), spring, day.slice(0, 46)],
    ['50 in autumn: one after the other', [...day, 48, 49], autumn, [...day, 48, 49]],
  ])('%s', (_what, values, now, half) => {
    const first = told('energy-local', {}, { DATA: [values] }, { now, zone: 'UTC' });
    const start = first[0]?.start ?? 0;
    expect(start).toBe(now);
    expect(resampled(first, { start, interval: HALF_HOUR, count: half.length })).toEqual(half);
  });

  test('a day of 46 that has 48 is refused', () => {
    expect(() => told('energy-local', {}, { DATA: [day.slice(0, 46)] })).toThrow(/46/);
  });

  test('cheap hours keep to the wall clock, over midnight and by weekday', () => {
    const configured = PROVIDERS.get('off-peak')?.configure({
      windows: [{ from: '23:20', to: '01:30', price: 0.05, days: [6] }],
      otherwise: 0.2,
    });
    // Saturday's night ends on Sunday, when clocks go back at 02:00: the hour from 01:00 comes twice.
    const spans = configured?.compute(at('2026-10-24T20:00Z'), at('2026-10-25T04:00Z'), 'Europe/London') ?? [];
    const cheap = spans.filter(({ value }) => value === 0.05);
    const hours = cheap.reduce((sum, { start, end }) => sum + end - start, 0) / 3600;
    expect(cheap[0]?.start).toBe(at('2026-10-24T22:20Z'));
    expect(hours).toBeCloseTo(2 + 10 / 60 + 0.5, 9);
    expect(spans.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(8 * 3600);
  });
});

describe('own figures', () => {
  const london = { now: 0, zone: 'Europe/London' };
  test.each<[what: string, params: object, content: unknown, first: Span, count: number]>([
    ['start and interval', {}, { start: 0, interval: 900, values: [1, 2] }, { start: 0, end: 900, value: 1 }, 2],
    [
      'rows of two',
      { scale: 0.01 },
      [
        [0, 25],
        [1800, 30],
      ],
      { start: 0, end: 1800, value: 0.25 },
      2,
    ],
    ['milliseconds', {}, [[1_700_000_000_000, 1]], { start: 1_700_000_000, end: 1_700_001_800, value: 1 }, 1],
    [
      'rows with names',
      {},
      [{ from: '1970-01-01T00:00Z', to: '1970-01-01T02:00Z', price: 3 }],
      { start: 0, end: 7200, value: 3 },
      1,
    ],
    [
      'the wall clock of the household',
      {},
      [['2026-07-01T00:00', 1]],
      { start: at('2026-06-30T23:00Z'), end: at('2026-06-30T23:30Z'), value: 1 },
      1,
    ],
    [
      'another wall clock',
      { timezone: 'Europe/Berlin' },
      [['2026-07-01 00:00', 1]],
      { start: at('2026-06-30T22:00Z'), end: at('2026-06-30T22:30Z'), value: 1 },
      1,
    ],
    [
      'CSV with a heading, a comment and a gap',
      {},
      'time,price\n# x\n0,1\r\n1800,\n3600,"3"\n',
      { start: 0, end: 1800, value: 1 },
      2,
    ],
    [
      'a local day',
      {},
      { day: '2026-07-01', halfHours: new Array(48).fill(2) },
      { start: at('2026-06-30T23:00Z'), end: at('2026-06-30T23:30Z'), value: 2 },
      48,
    ],
  ])('%s', (_what, params, content, first, count) => {
    const spans = told('upload', params, content, london);
    expect(spans[0]).toEqual(first);
    expect(spans).toHaveLength(count);
  });

  test.each<[what: string, content: unknown]>([
    ['nothing', ''],
    ['null', null],
    ['a number', 5],
    ['a page of HTML', '<html><body>502 Bad Gateway</body></html>'],
    ['words for figures', 'time,price\n0,cheap\n'],
    ['no time', [{ price: 1 }]],
    ['no such time', [['2026-13-45T00:00', 1]]],
    ['unknown figures alone', { start: 0, interval: 900, values: [null] }],
    ['far too large', [[0, 1e300]]],
    ['without end', new Array(12_001).fill([0, 1])],
  ])('%s is refused', (_what, content) => {
    expect(() => told('upload', {}, content, london)).toThrow();
  });
});

test.each<[provider: string, params: object]>([
  ['octopus-agile', { region: 'C' }],
  ['carbon-intensity', {}],
  ['energy-local', {}],
  ['nord-pool', {}],
  ['solcast', { site: 'abcd', key: 'hush' }],
  ['shaper', {}],
])('%s refuses what is no answer', (provider, params) => {
  for (const answer of [
    null,
    5,
    'text',
    [],
    {},
    { data: [] },
    { results: [] },
    { DATA: [] },
    { forecasts: [] },
    { profile: 'x' },
  ])
    expect(() => told(provider, params, answer)).toThrow();
});

test('every provider says what it is and takes', () => {
  for (const one of PROVIDERS.values()) {
    expect(one.interval).toBeGreaterThan(0);
    expect(one.horizon).toBeGreaterThan(0);
    expect(one.source).not.toBe('');
    expect(one.schema()).toMatchObject({ type: 'object' });
  }
});
