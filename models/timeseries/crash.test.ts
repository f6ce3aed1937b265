import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { TrialDisk } from '../../test/trial-disk.ts';
import { openSeries } from './open.ts';
import type { Change, Series } from './series.ts';

const START = 1_700_000_000;
const FEEDS = [
  [1, 5, 10],
  [2, 5, 60],
  [3, 2, 1],
] as const;

type Step =
  | { do: 'append'; changes: Change[] }
  | { do: 'flush due' | 'flush all' | 'sync' | 'wait' }
  | { do: 'clear'; feed: number }
  | { do: 'trim'; feed: number; share: number };

const feed = fc.constantFrom(1, 1, 1, 2, 3, 3);
const ahead = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 25 }) },
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
);
const value = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const change = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('point' as const), feed, time: ahead, value, join: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('last' as const), feed, time: ahead, value: fc.constant(null) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('state' as const),
      feed,
      slot: fc.nat(3),
      value: fc.double({ noNaN: true }),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }) as fc.Arbitrary<Change[]>,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('flush due' as const, 'flush all' as const, 'sync' as const, 'wait' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), feed }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('trim' as const), feed, share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);

/** What a series should say, kept in the plainest way. */
class Model {
  readonly values = new Map<number, Map<number, number>>(FEEDS.map(([id]) => [id, new Map()]));
  readonly last = new Map<number, string>();
  readonly states = new Map<string, number>();

  copy(): Model {
    const twin = new Model();
    for (const [id, values] of this.values) twin.values.set(id, new Map(values));
    for (const [key, said] of this.last) twin.last.set(key, said);
    for (const [key, said] of this.states) twin.states.set(key, said);
    return twin;
  }

  apply(change: Change): void {
    if (change.kind === 'state') this.states.set(`${change.feed}/${change.slot}`, change.value);
    else {
      const said = change.value === null || Number.isNaN(change.value) ? null : change.value;
      this.last.set(change.feed, JSON.stringify({ time: change.time, value: said }));
      if (change.kind === 'point') this.#point(change.feed, change.time, change.value, change.join === true);
    }
  }

  trim(feed: number, from: number): void {
    for (const time of this.values.get(feed)!.keys()) if (time < from) this.values.get(feed)!.delete(time);
  }

  #point(feed: number, time: number, value: number, join: boolean): void {
    const [, engine, interval] = FEEDS.find(([id]) => id === feed)!;
    const values = this.values.get(feed)!;
    const times = [...values.keys()];
    const first = times.length > 0 ? Math.min(...ends(times)) : null;
    const last = times.length > 0 ? Math.max(...ends(times)) : null;
    const at = engine === 5 ? Math.floor(time / interval) * interval : time;
    if (first === null || last === null) values.set(at, Math.fround(value));
    else if (engine === 2) {
      if (at > last || values.has(at)) values.set(at, Math.fround(value));
    } else if (at >= first) {
      const steps = (at - last) / interval;
      const before = values.get(last)!;
      for (let i = 1; i < steps; i++) {
        values.set(last + i * interval, Math.fround(join ? before + ((value - before) / steps) * i : Number.NaN));
      }
      values.set(at, Math.fround(value));
    }
  }
}

// Insertion order is not time order, but the ends are easily found without spreading thousands of numbers.
function ends(times: number[]): [number, number] {
  let low = times[0]!;
  let high = low;
  for (const time of times) {
    if (time < low) low = time;
    if (time > high) high = time;
  }
  return [low, high];
}

async function open(disk: TrialDisk): Promise<Series> {
  const log = createLog('silent');
  const clock = new ManualClock();
  return openSeries({ folder: '/s/feeds', journal: '/s/journal', files: disk, clock, log, segmentBytes: 300 });
}

async function read(series: Series): Promise<Model> {
  const model = new Model();
  for (const [id] of FEEDS) {
    const values = model.values.get(id)!;
    await series.scan(id, 0, 0xffff_ffff, (times, found) =>
      times.forEach((time, i) => void values.set(time, found[i]!)),
    );
    const last = series.last(id);
    if (last) model.last.set(id, JSON.stringify(last));
    for (let slot = 0; slot < 4; slot++) {
      const state = series.state(id, slot);
      if (state !== undefined) model.states.set(`${id}/${slot}`, state);
    }
  }
  return model;
}

function text(model: Model): string {
  const values = [...model.values].map(([id, all]) => [id, [...all].sort((a, b) => a[0] - b[0])]);
  // `last` of a feed that never had a reading of its own comes from the file, which only the files know.
  return JSON.stringify([values, [...model.last].sort(), [...model.states].sort()]);
}

interface Trial {
  /** The models after each step, from the last one certain to be there to the last one asked for. */
  readonly candidates: Model[];
  readonly files: Map<string, Buffer>;
}

/** Runs the steps and takes the disk away at its `crashAt`th call. */
async function run(steps: readonly Step[], crashAt: number, power: (() => number) | null): Promise<Trial> {
  const disk = new TrialDisk();
  const series = await open(disk);
  for (const [id, engine, interval] of FEEDS) await series.create(id, engine, interval);
  const history = [new Model()];
  let certain = 0;
  let trial: Trial | null = null;
  const crash = (): Trial => ({
    candidates: history.slice(certain),
    files: power ? disk.afterPowerCut(power) : disk.afterKill(),
  });
  const limit = disk.calls + crashAt;
  disk.trap = () => {
    if (disk.calls >= limit) trial ??= crash();
    return undefined;
  };
  const clocks = new Map<number, number>();
  const keep = (upTo: number) => () => {
    certain = Math.max(certain, upTo);
  };
  const pending: Promise<void>[] = [];
  const ask = (work: Promise<void>, makesCertain: boolean): Promise<void> => {
    const asked = history.length - 1;
    const done = makesCertain ? work.then(keep(asked)) : work;
    pending.push(done);
    return done;
  };
  for (const step of steps) {
    if (trial) break;
    const now = history.at(-1)!.copy();
    if (step.do === 'append') {
      const changes = step.changes.map((change) => {
        if (change.kind === 'state') return change;
        const time = Math.max(START, (clocks.get(change.feed) ?? START) + change.time);
        clocks.set(change.feed, Math.max(time, clocks.get(change.feed) ?? START));
        return { ...change, time };
      });
      for (const change of changes) now.apply(change);
      history.push(now);
      void ask(series.append(changes), power === null);
    } else if (step.do === 'sync') void ask(series.sync(), true);
    else if (step.do === 'wait') await Promise.all(pending.splice(0));
    else if (step.do === 'clear') {
      await Promise.all(pending.splice(0));
      now.values.get(step.feed)!.clear();
      history.push(now);
      await ask(series.clear(step.feed), true);
    } else if (step.do === 'trim') {
      await Promise.all(pending.splice(0));
      const meta = series.meta(step.feed)!;
      if (meta.npoints === 0) continue;
      const from = Math.floor(meta.startTime + (meta.endTime - meta.startTime) * step.share);
      now.trim(step.feed, from);
      history.push(now);
      await ask(
        series.trim(step.feed, from).then(() => undefined),
        true,
      );
    } else void ask(series.flush(step.do === 'flush due' ? 'due' : 'all'), power !== null && step.do === 'flush all');
  }
  await Promise.all(pending);
  if (!trial) expect(text(await read(series))).toBe(text(history.at(-1)!));
  trial ??= crash();
  await series.close();
  return trial;
}

const steps = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
const crashAt = fc.integer({ min: 1, max: 250 });

test('a killed process loses nothing it acknowledged, invents nothing, and finds the same again and again', async () => {
  await fc.assert(
    fc.asyncProperty(steps, crashAt, async (all, at) => {
      const { candidates, files } = await run(all, at, null);
      const disk = new TrialDisk(files);
      const first = await open(disk);
      const found = text(await read(first));
      expect(candidates.map(text)).toContain(found);
      // Killed again before it did anything, and once more after it put everything away.
      const again = await open(new TrialDisk(disk.afterKill()));
      expect(text(await read(again))).toBe(found);
      await again.flush('all');
      expect(text(await read(again))).toBe(found);
      await again.close();
      await first.close();
      const last = await open(new TrialDisk(disk.afterKill()));
      expect(text(await read(last))).toBe(found);
      await last.close();
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a power cut loses nothing that was synced, and every value was once said', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      crashAt,
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (all, at, dice) => {
        const { candidates, files } = await run(all, at, () => dice.next().value as number);
        const series = await open(new TrialDisk(files));
        const found = await read(series);
        for (const [id, values] of found.values) {
          const times = new Set([...values.keys(), ...candidates[0]!.values.get(id)!.keys()]);
          const now = (time: number) => values.get(time) ?? Number.NaN;
          const said = candidates.map((model) => model.values.get(id)!);
          const invented = [...times].filter(
            (time) => !said.some((old) => Object.is(old.get(time) ?? Number.NaN, now(time))),
          );
          expect(invented.map((time) => [id, time, now(time)])).toEqual([]);
        }
        await series.close();
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
