import { describe, expect, it } from 'vitest';
import { neighbour, parseRange, type RangeQuery, rangeQuery, tableRows } from './graph-range.ts';

const ZONE = 'Europe/London';
const at = (iso: string) => Date.parse(iso) / 1000;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16);
const ANCHOR = at('2026-07-15T12:34:56Z');

describe('parseRange', () => {
  const CASES: readonly [name: string, query: RangeQuery, start: string, end: string][] = [
    ['nothing asked: the day of the newest reading', {}, '2026-07-14T23:00', '2026-07-15T23:00'],
    ['an hour', { range: 'hour', at: '2026-07-15T07:20' }, '2026-07-15T06:00', '2026-07-15T07:00'],
    ['a week begins on Monday', { range: 'week' }, '2026-07-12T23:00', '2026-07-19T23:00'],
    ['a month', { range: 'month', at: '2026-02-10' }, '2026-02-01T00:00', '2026-03-01T00:00'],
    ['a year', { range: 'year', at: '2024-06-01' }, '2024-01-01T00:00', '2025-01-01T00:00'],
    ['five years end with the one asked for', { range: 'years' }, '2022-01-01T00:00', '2027-01-01T00:00'],
    ['the short day in March', { range: 'day', at: '2026-03-29' }, '2026-03-29T00:00', '2026-03-29T23:00'],
    ['the long day in October', { range: 'day', at: '2026-10-25' }, '2026-10-24T23:00', '2026-10-26T00:00'],
    ['local times', { from: '2026-07-01T08:00', to: '2026-07-01T10:00' }, '2026-07-01T07:00', '2026-07-01T09:00'],
    ['dates, both included', { from: '2026-07-01', to: '2026-07-02' }, '2026-06-30T23:00', '2026-07-02T23:00'],
    ['Unix seconds', { start: '1170284400', end: '1170370800' }, '2007-01-31T23:00', '2007-02-01T23:00'],
    ['the wrong way round', { start: '1170370800', end: '1170284400' }, '2026-07-14T23:00', '2026-07-15T23:00'],
    ['nonsense', { range: 'eon', at: 'soon', from: 'x', end: '-1' }, '2026-07-14T23:00', '2026-07-15T23:00'],
    ['a day that does not exist', { range: 'day', at: '2026-02-31' }, '2026-07-14T23:00', '2026-07-15T23:00'],
    ['no more than twenty years', { start: '1000000000', end: '4000000000' }, '2001-09-09T01:46', '2021-09-24T01:46'],
  ];
  it.each(CASES)('%s', (_name, query, start, end) => {
    const range = parseRange(query, ZONE, ANCHOR);
    expect([iso(range.start), iso(range.end)]).toEqual([start, end]);
  });
});

describe('going earlier and later', () => {
  const QUERIES: readonly RangeQuery[] = [
    { range: 'hour', at: '2026-10-25T01:00' },
    { range: 'day', at: '2026-03-29' },
    { range: 'week', at: '2026-03-29' },
    { range: 'month', at: '2026-02-01' },
    { range: 'year', at: '2026-02-01' },
    { range: 'years', at: '2026-02-01' },
    { start: '1170284400', end: '1170300000' },
  ];
  it.each(QUERIES)('%j: the next begins where this one ends, and back leads back', (query) => {
    const range = parseRange(query, ZONE, ANCHOR);
    const later = neighbour(range, 1);
    expect(later.start).toBe(range.end);
    expect(neighbour(later, -1)).toEqual(range);
  });

  it.each(QUERIES.slice(1))('%j: its address leads to the same range', (query) => {
    const range = parseRange(query, ZONE, ANCHOR);
    expect(parseRange(rangeQuery(range), ZONE, 0)).toEqual(range);
  });
});

describe('tableRows', () => {
  const CASES: readonly [query: RangeQuery, unit: string, rows: number][] = [
    [{ range: 'hour' }, '5 minutes', 12],
    [{ range: 'day' }, 'hour', 24],
    [{ range: 'day', at: '2026-03-29' }, 'hour', 23],
    [{ range: 'day', at: '2026-10-25' }, 'hour', 25],
    [{ range: 'week' }, 'day', 7],
    [{ range: 'month', at: '2024-02-01' }, 'day', 29],
    [{ range: 'year' }, 'month', 12],
    [{ range: 'years' }, 'month', 60],
    [{ start: '1000000000', end: '1600000000' }, 'year', 20],
    [{ from: '2026-07-01T08:02', to: '2026-07-01T08:13' }, '5 minutes', 3],
  ];
  it.each(CASES)('%j by the %s: %i rows', (query, unit, rows) => {
    const range = parseRange(query, ZONE, ANCHOR);
    const table = tableRows(range);
    expect([table.unit, table.edges.length - 1]).toEqual([unit, rows]);
    expect([table.edges[0], table.edges.at(-1)]).toEqual([range.start, range.end]);
    expect(table.edges).toEqual([...table.edges].sort((a, b) => a - b));
  });
});
