import { DateTime } from 'luxon';
import type { Reading } from '../models/feed-kind.ts';
import type { FeedFigures, Figures } from '../models/graph-figures.ts';
import type { GraphRange, RowUnit } from '../models/graph-range.ts';
import type { FeedWindows } from '../models/triple.ts';
import { graphPlot, type PlotSeries } from './graph-plot.ts';
import { ticksOf } from './graph-ticks.ts';
import { amountWords, headingWords, noteWords, rangeWords, rowWords } from './graph-words.ts';
import type { Words } from './page.ts';

interface FeedName {
  readonly id: number;
  readonly name: string;
  readonly tag: string | null;
  readonly unit: string;
}

/** One feed as it was looked at. */
export interface GraphFeed {
  readonly feed: FeedName;
  readonly reading: Reading;
  readonly data: FeedWindows;
  readonly figures: FeedFigures;
}

type Query = Readonly<Record<string, string>>;

export interface GraphPageParts {
  readonly feeds: readonly GraphFeed[];
  readonly all: readonly FeedName[];
  readonly range: GraphRange;
  readonly rows: { readonly unit: RowUnit; readonly edges: readonly number[] };
  readonly links: {
    readonly presets: readonly { name: string; current: boolean; query: Query }[];
    readonly earlier: Query;
    readonly later: Query;
    readonly here: Query;
  };
  readonly words: Words;
}

/** Everything views/graph.ejs prints. */
export function graphPage(parts: GraphPageParts) {
  const { feeds, range, links, words, all } = parts;
  const ids = feeds.map(({ feed }) => feed.id).join(',');
  const href = (query: Query) => `/graph?${new URLSearchParams({ ...(ids ? { feed: ids } : {}), ...query })}`;
  const first = feeds[0];
  const rangeName = rangeWords(range, words);
  const shownUnits = new Set(feeds.map(({ reading }) => reading.unit));
  return {
    heading: first ? headingWords(range, first.feed.unit, first.figures, words) : words.t('graph.title'),
    rangeName,
    presets: links.presets.map((link) => ({ ...link, href: href(link.query) })),
    earlier: href(links.earlier),
    later: href(links.later),
    here: links.here,
    ids,
    note: first ? noteWords(first.data.step, words) : '',
    plot: plotOf(parts, rangeName),
    legend: legendOf(feeds, words),
    at: lastAt(first, range, words),
    others: grouped(all.filter((feed) => !feeds.some((shown) => shown.feed.id === feed.id))),
    exports: feeds.map(({ feed }) => ({
      name: feed.name,
      href: `/feeds/${feed.id}/csv?start=${range.start}&end=${range.end}`,
    })),
    fromTo: { from: localInput(range.start, range.zone), to: localInput(range.end, range.zone) },
    totals: {
      unit: shownUnits.size === 1 ? [...shownUnits][0] : null,
      rows: feeds.map((seen) => totalRow(seen, shownUnits.size > 1, words)),
    },
    table: tableOf(parts),
    script: scriptData(parts),
    mostFeeds: 4,
  };
}

/** A counter is drawn from where it stood at the start of the range. */
export function baseOf({ reading, data }: Pick<GraphFeed, 'reading' | 'data'>): number {
  if (reading.kind !== 'energy') return 0;
  const first = data.windows.find((triple) => triple !== null);
  return first ? first[0] * reading.scale : 0;
}

function plotOf({ feeds, range, words }: GraphPageParts, rangeName: string): string {
  const series: PlotSeries[] = feeds.map((seen) => ({
    data: seen.data,
    unit: seen.reading.unit,
    scale: seen.reading.scale,
    base: baseOf(seen),
  }));
  const names = feeds.map(({ feed }) => feed.name).join(', ');
  return graphPlot({
    start: range.start,
    end: range.end,
    series,
    ticks: ticksOf(range.start, range.end, range.zone, words.language),
    label: words.t('graph.label', { names, range: rangeName }),
    number: words.number,
  });
}

function legendOf(feeds: readonly GraphFeed[], words: Words) {
  return feeds.map((seen, i) => {
    const triple = seen.data.windows.findLast((window) => window !== null);
    const value = triple ? triple[2] * seen.reading.scale - baseOf(seen) : null;
    return {
      id: seen.feed.id,
      index: i + 1,
      label:
        i === 0 && seen.reading.kind !== 'energy' ? words.t('graph.range', { name: seen.feed.name }) : seen.feed.name,
      band: i === 0,
      value: value === null ? '–' : amountWords(value, seen.reading.unit, words),
    };
  });
}

/** The moment the legend's values are from: the last window with a value. */
function lastAt(first: GraphFeed | undefined, range: GraphRange, words: Words): string | null {
  const index = first ? first.data.windows.findLastIndex((window) => window !== null) : -1;
  if (!first || index < 0) return null;
  const at = (first.data.start + index * first.data.step) * 1000;
  return range.end - range.start <= 25 * 3600 ? words.clockTime(at) : words.moment(at);
}

function totalRow({ feed, reading, figures: { total } }: GraphFeed, withUnit: boolean, words: Words) {
  const cell = (value: number | null | undefined) => plain(value, reading.unit, words);
  const counter = reading.kind === 'energy';
  return {
    name: withUnit && reading.unit ? `${feed.name} (${reading.unit})` : feed.name,
    low: counter ? '–' : cell(total?.low),
    mean: counter ? '–' : cell(total?.mean),
    high: counter ? '–' : cell(total?.high),
    energy: total?.energy == null ? '–' : words.number(total.energy, 1),
  };
}

function tableOf({ feeds, rows, range, words }: GraphPageParts) {
  const columns = feeds.flatMap(({ feed, reading }, i) => {
    const unit = reading.unit;
    if (reading.kind === 'energy')
      return [{ head: `${feed.name}, kWh`, cell: (f: Figures) => plain(f.energy, 'kWh', words) }];
    const mean = {
      head: i === 0 ? words.t('graph.rows.mean', { unit }).trim() : feed.name,
      cell: (f: Figures) => plain(f.mean, unit, words),
    };
    if (i > 0) return [mean];
    const span = (f: Figures) => `${plain(f.low, unit, words)} – ${plain(f.high, unit, words)}`;
    return [mean, { head: words.t('graph.rows.range', { unit }).trim(), cell: span }];
  });
  const owners = feeds.flatMap((seen, i) => (i === 0 && seen.reading.kind !== 'energy' ? [seen, seen] : [seen]));
  return {
    unit: rows.unit,
    heads: columns.map(({ head }) => head),
    rows: rows.edges.slice(0, -1).map((at, i) => ({
      name: rowWords(at, rows.unit, range, words),
      cells: columns.map(({ cell }, c) => {
        const figures = owners[c]?.figures.rows[i];
        return figures ? cell(figures) : '–';
      }),
    })),
  };
}

/** What the browser's script needs to go on from here. */
function scriptData({ feeds, range, words }: GraphPageParts) {
  const names = (style: Intl.DateTimeFormatOptions, days: readonly number[]) => {
    const format = new Intl.DateTimeFormat(words.language, { ...style, timeZone: 'UTC' });
    return days.map((day) => format.format(day * 86_400_000));
  };
  const steps = (count: 1 | 2) =>
    Object.fromEntries(
      ['second', 'minute', 'hour', 'day'].map((unit) => [
        unit,
        words.t(`graph.step.${unit}`, { count }).replace(String(count), '{count}'),
      ]),
    );
  return {
    start: range.start,
    end: range.end,
    zone: range.zone,
    language: words.language,
    feeds: feeds.map(({ feed, reading }) => ({ id: feed.id, name: feed.name, ...reading })),
    words: {
      note: words.t('graph.note'),
      at: words.t('graph.at'),
      use: words.t('graph.use'),
      step: steps(1),
      steps: steps(2),
      // 1 January 2023 was a Sunday.
      days: names(
        { weekday: 'short' },
        [0, 1, 2, 3, 4, 5, 6].map((i) => 19_358 + i),
      ),
      months: names(
        { month: 'short' },
        Array.from({ length: 12 }, (_, i) => 19_358 + 14 + Math.round(i * 30.4)),
      ),
    },
  };
}

function grouped(feeds: readonly FeedName[]): { tag: string; feeds: FeedName[] }[] {
  const groups = new Map<string, FeedName[]>();
  for (const feed of feeds) groups.set(feed.tag ?? '', [...(groups.get(feed.tag ?? '') ?? []), feed]);
  return [...groups].map(([tag, members]) => ({ tag, feeds: members }));
}

function plain(value: number | null | undefined, unit: string, words: Words): string {
  return value == null ? '–' : words.quantity(value, unit).figure;
}

function localInput(at: number, zone: string): string {
  return DateTime.fromSeconds(at, { zone }).toFormat("yyyy-LL-dd'T'HH:mm");
}
