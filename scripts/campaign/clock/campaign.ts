import { IANAZone } from 'luxon';
import { HubError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { ReadingClock } from '../../../models/reading-clock.ts';
import type { Series } from '../../../models/timeseries/series.ts';
import { seeded } from '../chance.ts';
import { newSeries } from '../damage/victim.ts';

export interface ClockOptions {
  readonly seed: number;
  /** Random days beside the named ones. */
  readonly days: number;
  /** Every how many-th time zone; 1 for all. */
  readonly every: number;
}

export interface ClockResult {
  readonly days: number;
  readonly zones: number;
  readonly readings: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

const INTERVAL = 10;
const [HOUR, DAY, YEAR] = [3600, 86_400, 365 * 86_400];
const NOON = Date.UTC(2026, 5, 1, 12) / 1000;

/** At `at` seconds of the day the machine's clock is off by `error` seconds from then on. */
interface Step {
  readonly at: number;
  readonly error: number;
}

interface Day {
  readonly name: string;
  readonly begin: number;
  readonly seconds: number;
  readonly steps: readonly Step[];
  /** The hub wrote an hour before, and has the readings of that time. */
  readonly before: boolean;
}

/**
 * Lives through days on which the machine's clock is wrong. Two meters report every ten seconds, one without a time and one
 * with the right one. No slot may be written twice, none may lie where no clock should be, and no file grow beyond the time
 * that passed and the hours by which the clock was put on.
 */
export async function liveThroughClocks({ seed, days, every }: ClockOptions): Promise<ClockResult> {
  const chance = seeded(seed);
  const all = [...named(), ...Array.from({ length: days }, (_, n) => randomDay(n, chance))];
  const zones = Intl.supportedValuesOf('timeZone').filter((_, n) => n % every === seed % every);
  all.push(...zones.flatMap(changesOf));
  const count = { readings: 0, refused: 0 };
  const problems: string[] = [];
  for (const day of all) problems.push(...(await live(day, count)).map((problem) => `${day.name}: ${problem}`));
  return { days: all.length, zones: zones.length, ...count, problems };
}

function named(): Day[] {
  const day = (name: string, steps: Step[], before = true): Day => ({
    name,
    begin: NOON,
    seconds: 3 * HOUR,
    steps,
    before,
  });
  const [start, later] = [0, HOUR];
  return [
    day('a clock that runs right', []),
    day(
      '1970 at the first start of all',
      [
        { at: start, error: -NOON },
        { at: later, error: 0 },
      ],
      false,
    ),
    day('1970 at the start', [
      { at: start, error: -NOON },
      { at: later, error: 0 },
    ]),
    day('1970 for good', [{ at: start, error: -NOON }]),
    day('an hour back', [{ at: later, error: -HOUR }]),
    day('an hour on', [{ at: later, error: HOUR }]),
    day('an hour on and back again', [
      { at: later, error: HOUR },
      { at: 2 * HOUR, error: 0 },
    ]),
    day('an hour back and on again', [
      { at: later, error: -HOUR },
      { at: 2 * HOUR, error: 0 },
    ]),
    day('ten years on', [
      { at: later, error: 10 * YEAR },
      { at: later + HOUR / 2, error: 0 },
    ]),
    day('ten years on at the start', [
      { at: start, error: 10 * YEAR },
      { at: HOUR / 2, error: 0 },
    ]),
  ];
}

/** An hour back or on, half an hour, minutes, seconds or ten years, up to six times in six hours. */
function randomDay(n: number, chance: () => number): Day {
  const errors = [-HOUR, HOUR, -HOUR / 2, 60, -60, -3, 3, 10 * YEAR, -NOON, 0];
  const steps = Array.from({ length: 1 + Math.floor(chance() * 6) }, () => ({
    at: Math.floor(chance() * 5 * HOUR),
    error: errors[Math.floor(chance() * errors.length)] ?? 0,
  }));
  steps.sort((a, b) => a.at - b.at);
  // What nobody sets right is believed in the end; here somebody does.
  const righted = steps.flatMap((step, index) => {
    const next = steps[index + 1]?.at ?? 6 * HOUR;
    return Math.abs(step.error) > HOUR && next - step.at > HOUR / 2
      ? [step, { at: step.at + HOUR / 2, error: 0 }]
      : [step];
  });
  return { name: `random day ${n}`, begin: NOON, seconds: 6 * HOUR, steps: righted, before: chance() < 0.5 };
}

/** Both changes of a zone's clocks in 2026: once with a clock that keeps UTC, and once with one that follows the wall. */
function changesOf(name: string): Day[] {
  const zone = IANAZone.create(name);
  const days: Day[] = [];
  const first = Date.UTC(2026, 0, 1);
  for (let hour = 0; hour < 365 * 24; hour += 1) {
    const ms = first + hour * 3_600_000;
    const change = (zone.offset(ms + 3_600_000) - zone.offset(ms)) * 60;
    if (change === 0) continue;
    const base = { begin: ms / 1000 - HOUR, seconds: 4 * HOUR, before: true };
    days.push({ ...base, name: `${name}, UTC`, steps: [] });
    days.push({ ...base, name: `${name}, wall clock`, steps: [{ at: 2 * HOUR, error: change }] });
  }
  return days;
}

async function live(day: Day, count: { readings: number; refused: number }): Promise<string[]> {
  const { series } = await newSeries();
  await series.create(1, 5, INTERVAL);
  await series.create(2, 5, INTERVAL);
  if (day.before) for (const feed of [1, 2]) await series.append([reading(feed, day.begin - HOUR)]);
  const errorAt = (second: number) => day.steps.filter(({ at }) => at <= second).at(-1)?.error ?? 0;
  const clock = new ManualClock((day.begin + errorAt(0)) * 1000);
  const marked = day.before ? day.begin - HOUR : 0;
  const times = new ReadingClock({ clock, log: createLog('silent'), marked });
  const written = new Set<number>();
  const problems: string[] = [];
  let ownRefused = 0;
  for (let second = 0; second < day.seconds; second += INTERVAL) {
    const right = day.begin + second;
    clock.set((right + errorAt(second)) * 1000);
    const now = clock.seconds();
    for (const [feed, time] of [
      [1, now],
      [2, right],
    ] as const) {
      count.readings += 1;
      if (!taken(times, time, now)) {
        count.refused += 1;
        if (feed === 2 && time !== now) ownRefused += 1;
        continue;
      }
      if (feed === 1) {
        const slot = Math.floor(time / INTERVAL);
        if (written.has(slot)) problems.push(`slot ${slot} is written twice, at ${second} s`);
        if (Math.abs(time - right) > DAY) problems.push(`a reading lies ${time - right} s off, at ${second} s`);
        written.add(slot);
      }
      await series.append([reading(feed, time)]);
    }
    clock.advance(INTERVAL * 1000);
  }
  problems.push(...boundsOf(series, day));
  const near = day.steps.every(({ error }) => Math.abs(error) <= DAY);
  if (near && ownRefused > 0) problems.push(`${ownRefused} of the readings with a time of their own were refused`);
  await series.close();
  return problems;
}

function reading(feed: number, time: number) {
  return { kind: 'point' as const, feed, time, value: time % 1000 };
}

function taken(times: ReadingClock, time: number, now: number): boolean {
  try {
    times.check(time, now);
    return true;
  } catch (error) {
    // Refused for now is refused; for good would be acknowledged and lost.
    if (error instanceof HubError && error.code === 'HUB_CLOCK') return false;
    throw error;
  }
}

/** No file is longer than the time from its first reading to the latest time the clock may have been put on to. */
function boundsOf(series: Series, day: Day): string[] {
  const most = (day.seconds + 3 * HOUR) / INTERVAL;
  return [1, 2].flatMap((feed) => {
    const slots = series.meta(feed)?.npoints ?? 0;
    return slots > most ? [`feed ${feed} has ${slots} slots after ${day.seconds} s`] : [];
  });
}
