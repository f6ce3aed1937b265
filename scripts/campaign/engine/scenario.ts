import type { Change, Series, SeriesEngine } from '../../../models/timeseries/series.ts';

/** One thing asked of the series. */
export type Step =
  | { readonly do: 'create'; readonly feed: number; readonly engine: SeriesEngine; readonly interval: number }
  | { readonly do: 'append'; readonly changes: readonly Change[] }
  | { readonly do: 'sync' | 'flush due' | 'flush all' }
  | { readonly do: 'clear' | 'remove'; readonly feed: number }
  | { readonly do: 'trim'; readonly feed: number; readonly from: number };

/** The time of the scenario's first reading; it is a start of a slot of every feed. */
export const BEGIN = 1_735_689_600;
/** Seconds from one append to the next. */
export const STEP_SECONDS = 10;
/** F of the promise in the scenario. */
export const F = 30;

const HOUSE: readonly (readonly [feed: number, engine: SeriesEngine, interval: number])[] = [
  [1, 5, 10],
  [2, 5, 60],
  [3, 2, 1],
];

/**
 * A short life of a house: three feeds that get a reading each every ten seconds, a sync every F, gaps with and without a
 * line, late readings, and each kind of work on files: flushes, clear, trim, remove and make anew.
 */
export function standardScenario(chance: () => number, appends: number): Step[] {
  const steps: Step[] = HOUSE.map(([feed, engine, interval]) => ({ do: 'create', feed, engine, interval }));
  let skipped = 0;
  for (let n = 0; n < appends; n += 1) {
    const time = BEGIN + (n + skipped) * STEP_SECONDS;
    steps.push({ do: 'append', changes: readings(chance, time) });
    if (chance() < 0.1) skipped += Math.floor(chance() * 8);
    if (n % (F / STEP_SECONDS) === 2) steps.push({ do: 'sync' });
    if (n % 13 === 12) steps.push({ do: n % 26 === 25 ? 'flush all' : 'flush due' });
    if (n === Math.floor(appends * 0.4)) steps.push({ do: 'clear', feed: 2 });
    if (n === Math.floor(appends * 0.6)) steps.push({ do: 'trim', feed: 1, from: BEGIN + Math.floor(n / 3) * 10 });
    if (n === Math.floor(appends * 0.7)) steps.push({ do: 'trim', feed: 3, from: BEGIN + Math.floor(n / 3) * 10 });
    if (n === Math.floor(appends * 0.8)) {
      steps.push({ do: 'remove', feed: 3 }, { do: 'create', feed: 3, engine: 2, interval: 1 });
    }
  }
  return steps;
}

function readings(chance: () => number, time: number): Change[] {
  const value = () => Math.round(chance() * 8000) / 8;
  const changes: Change[] = [
    { kind: 'point', feed: 1, time, value: value(), join: chance() < 0.5 },
    { kind: 'point', feed: 2, time, value: value(), join: chance() < 0.5 },
    { kind: 'point', feed: 3, time: time + Math.floor(chance() * 9), value: value() },
    { kind: 'state', feed: 1, slot: 0, value: value() },
  ];
  if (chance() < 0.1) changes.push({ kind: 'point', feed: 1, time: Math.max(BEGIN, time - 50), value: value() });
  return changes;
}

/** Does one step; resolves when the series say that it is done. */
export async function play(series: Series, step: Step): Promise<void> {
  switch (step.do) {
    case 'create':
      return await series.create(step.feed, step.engine, step.interval);
    case 'append':
      return await series.append(step.changes);
    case 'sync':
      return await series.sync();
    case 'flush due':
      return await series.flush('due');
    case 'flush all':
      return await series.flush('all');
    case 'clear':
      return await series.clear(step.feed);
    case 'remove':
      return await series.remove(step.feed);
    case 'trim':
      await series.trim(step.feed, step.from);
  }
}
