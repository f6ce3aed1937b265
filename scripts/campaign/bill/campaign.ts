import { systemClock } from '../../../lib/clock.ts';
import type { BillRow, Line } from '../../../models/cost/bill.ts';
import { readCosts } from '../../../models/cost/read-costs.ts';
import { rounded, shared } from '../../../models/tariff/money.ts';
import type { Series } from '../../../models/timeseries/series.ts';
import { plainSeries } from '../../../test/plain-series.ts';
import { seeded } from '../chance.ts';
import { type History, type Recorded, randomHistory } from './history.ts';
import { type Owed, walkMinutes } from './minute-walk.ts';

export interface BillTrial {
  readonly seed: number;
  readonly histories: number;
  readonly budgetMs: number;
  readonly progress?: (count: number) => void;
}

/** Bills random histories and tells of each that does not add up. */
export async function tryBills({ seed, histories, budgetMs, progress }: BillTrial) {
  const begun = systemClock.monotonic();
  const problems: string[] = [];
  let [tried, rows] = [0, 0];
  for (; tried < histories && systemClock.monotonic() - begun < budgetMs; tried += 1) {
    const number = seed * 1_000_003 + tried;
    const history = randomHistory(seeded(number));
    const found = await tryOne(history);
    rows += found.rows;
    problems.push(...found.problems.map((problem) => `history ${number} (${history.zone}): ${problem}`));
    if (tried % 1000 === 999) progress?.(tried + 1);
  }
  return { tried, rows, problems };
}

async function tryOne(history: History): Promise<{ rows: number; problems: string[] }> {
  const problems: string[] = [];
  const series = seriesOf(history.feeds);
  const { from, to } = history;
  const owed = asText(walkMinutes(history));
  let count = 0;
  for (const by of ['half-hour', 'day', 'week', 'month', 'year', 'all'] as const) {
    const { rows, total } = await readCosts(series, history, { from, to, by });
    count += rows.length;
    for (const row of [...rows, total]) if (!addsUp(row)) problems.push(`by ${by}, the row from ${row.start}`);
    const devices = total.devices.map(({ cost }) => cost);
    const billed = asText({ ...total.house, unmetered: total.unmetered, standing: total.standing, devices });
    if (billed !== owed) problems.push(`by ${by}: billed ${billed}, owed ${owed}`);
    if (rows[0]?.start !== from || rows.at(-1)?.end !== to) problems.push(`by ${by}: not the whole range`);
    // A half-hour that the wall clock shows twice is two.
    if (by === 'half-hour' && rows.some(({ start, end }) => end - start > 1800))
      problems.push(`by ${by}: too long a row`);
    if (rows.some((row, at) => at > 0 && row.start !== rows[at - 1]?.end)) problems.push(`by ${by}: a hole`);
  }
  return { rows: count, problems };
}

/** Devices and rest are the house, in energy and in money, exactly and as rounded to hundredths and to millionths. */
function addsUp({ house, rest, devices }: BillRow): boolean {
  const parts = [...devices, rest];
  const sum = (key: 'joules' | 'unpriced' | 'unweighed') =>
    parts.reduce((all, line) => all + line[key], 0) === house[key];
  const costs = parts.map(({ cost }: Line) => cost);
  const shown = (size: number) =>
    shared(costs, size).reduce((all, part) => all + part, 0) === rounded(house.cost, size);
  const exact = costs.reduce((all, cost) => all + cost, 0n) === house.cost;
  const weighed = parts.reduce((all, { carbon }) => all + carbon, 0n) === house.carbon;
  return sum('joules') && sum('unpriced') && sum('unweighed') && exact && weighed && shown(1) && shown(10_000);
}

function asText({ cost, joules, unpriced, unmetered, missing, standing, carbon, unweighed, devices }: Owed): string {
  const counts = [joules + 0, unpriced + 0, unweighed + 0, unmetered, missing];
  return [cost, ...counts, standing, carbon, ...devices].join(' ');
}

function seriesOf(feeds: ReadonlyMap<number, Recorded>): Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'> {
  const of = (feed: number) => {
    const { values, interval, startTime } = feeds.get(feed) as Recorded;
    return plainSeries(values, interval, startTime);
  };
  return {
    meta: (feed) => of(feed).meta(1),
    windows: async (feed, edges) => await of(feed).windows(1, edges),
    scan: async (feed, from, to, chunk) => await of(feed).scan(1, from, to, chunk),
    samples: (feed, times) => {
      const { values, interval, startTime } = feeds.get(feed) as Recorded;
      const value = (time: number) => values[Math.floor((time - startTime) / interval)] ?? Number.NaN;
      return Promise.resolve(times.map((time) => (Number.isNaN(value(time)) ? null : value(time))));
    },
  };
}
