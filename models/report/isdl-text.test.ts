import { expect, test } from 'vitest';
import { ISDL_HEAD, isdlRow } from './isdl-text.ts';
import type { ReportBody, ReportLine } from './report.ts';

const LINE: ReportLine = {
  device: 1,
  name: 'Fridge',
  kWh: 1.234,
  cost: 370_000,
  grams: 0,
  failed: 0,
  missing: 12.5,
  invalid: 0,
  powerOns: 3,
};
const END = Date.UTC(2026, 0, 15) / 1000;
const report = (currency = 'EUR') => ({
  start: END - 86_400,
  end: END,
  body: { currency, zone: 'Europe/Berlin' } as ReportBody,
});
const cells = (line: ReportLine, currency?: string) =>
  isdlRow(report(currency), line)
    .trim()
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/ +/g, ' '));

test.each<[string, Partial<ReportLine>, string[]]>([
  ['what was measured', {}, ['1.23', '0.37€ (0.30€/KWh)', '0.0 12.5', '3']],
  ['a price of ten and more', { cost: 20_000_000 }, ['1.23', '20.00€ (9.99+€/KWh)', '0.0 12.5', '3']],
  ['nothing used', { kWh: 0, cost: 0, powerOns: 0 }, ['0.00', '0.00€ (N.A.€/KWh)', '0.0 12.5', '0']],
  ['nobody knows', { failed: null, missing: null, powerOns: null }, ['1.23', '0.37€ (0.30€/KWh)', 'N.A. N.A.', 'N.A.']],
])('%s', (_, fields, expected) => {
  expect(cells({ ...LINE, ...fields })).toEqual(['2026-01-14 00:00:00 - 2026-01-15 00:00:00', ...expected]);
});

test('pounds are pounds, and rows are as wide as the head', () => {
  expect(cells(LINE, 'GBP')[2]).toBe('0.37£ (0.30£/KWh)');
  const widths = ISDL_HEAD.trim()
    .split('\n')
    .map((line) => line.length);
  expect(new Set([...widths, isdlRow(report(), LINE).trim().length]).size).toBe(1);
});
