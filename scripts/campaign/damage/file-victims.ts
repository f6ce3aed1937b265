import { FEEDS, isTold, newSeries, openOn, point, type Truth, type Victim, valuesOf } from './victim.ts';

const BEGIN = 1_735_689_600;
/** A journal's points that wait behind those in the files. */
const WAITING = 20;

interface House {
  readonly files: Map<string, Buffer>;
  readonly truth: Truth;
}

/** Two feeds with `count` values in their files, and twenty more in the journal alone. */
async function makeHouse(count: number, chance: () => number): Promise<House> {
  const { series: first, disk } = await newSeries();
  let series = first;
  await series.create(1, 5, 10);
  await series.create(2, 2, 1);
  const truth = new Map([1, 2].map((feed) => [feed, new Map<number, number>()]));
  for (let n = 0; n < count + WAITING; n += 1) {
    if (n === count) {
      // From then on the journal holds nothing of what is in the files.
      await series.close();
      series = await openOn(new Map(), disk);
    }
    const time = BEGIN + n * 10;
    const changes = [1, 2].map((feed) => ({ feed, value: Math.fround(chance() * 5000) }));
    for (const { feed, value } of changes) truth.get(feed)?.set(time, value);
    const kept = series.append(changes.map(({ feed, value }) => point(feed, time, value)));
    if (n % 500 === 0 || n >= count) await kept;
  }
  return { files: disk.contents(), truth };
}

/**
 * The `.meta` has no check of its own, so a flipped bit in it may move values in time; what must hold is that no value
 * appears that was never said, and that what cannot be a `.meta` is told and left alone.
 */
export async function metaVictim(chance: () => number): Promise<Victim> {
  const { files, truth } = await makeHouse(1024, chance);
  const path = `${FEEDS}/1.meta`;
  return {
    name: '.meta',
    path,
    files,
    async judge({ series, cut }) {
      const said = new Set(truth.get(1)?.values());
      const problems: string[] = [];
      for (const value of (await valuesOf(series, 1)).values())
        if (!said.has(value)) problems.push(`${value} was never said`);
      if (cut && !isTold(series, path, 0)) problems.push('the damage is not told');
      if (cut && series.meta(1)) problems.push('a .meta cut short is believed');
      return [...problems, ...(await unharmed(series, 2, truth))];
    },
  };
}

/** The `.dat` has no check either: a flipped bit changes the one value it is in, and no other. */
export async function dataVictim(chance: () => number): Promise<Victim> {
  const count = 1024;
  const { files, truth } = await makeHouse(count, chance);
  const path = `${FEEDS}/1.dat`;
  return {
    name: '.dat',
    path,
    files,
    async judge({ series, offset, cut }) {
      const whole = Math.floor(offset / 4);
      const touched = (n: number) => (cut ? n >= whole && n < count : n === whole);
      const problems = await compare(series, 1, truth, touched, cut);
      if (cut && offset % 4 !== 0 && !isTold(series, path, whole * 4)) problems.push('the torn value is not told');
      return [...problems, ...(await unharmed(series, 2, truth))];
    },
  };
}

/** The records of a variable-interval feed: a flipped bit changes or hides the record it is in. */
export async function recordsVictim(chance: () => number): Promise<Victim> {
  const count = 100;
  const { files, truth } = await makeHouse(count, chance);
  const path = `${FEEDS}/feed_2.MYD`;
  return {
    name: '.MYD',
    path,
    files,
    async judge({ series, offset, cut }) {
      const whole = Math.floor(offset / 9);
      const problems: string[] = [];
      if (cut) {
        problems.push(...(await compare(series, 2, truth, (n) => n >= whole && n < count, true)));
        if (offset % 9 !== 0 && !isTold(series, path, whole * 9)) problems.push('the torn record is not told');
      }
      return [...problems, ...(await unharmed(series, 1, truth))];
    },
  };
}

const PAGE_SLOTS = 49_152;

/** The sums are checked: whatever is done to them, a window has the sum of its values. */
export async function sumsVictim(chance: () => number): Promise<Victim> {
  const { series, disk } = await newSeries();
  await series.create(1, 5, 10);
  for (let n = 0; n < PAGE_SLOTS + 1024; n += 1) {
    const kept = series.append([point(1, BEGIN + n * 10, Math.round(chance() * 5000))]);
    if (n % 4096 === 0) await kept;
  }
  await series.flush('all');
  const edges = [0, 1000, 20_000, PAGE_SLOTS - 300, PAGE_SLOTS + 1000].map((n) => BEGIN + n * 10);
  const expected = JSON.stringify(await series.windows(1, edges));
  const path = `${FEEDS}/1.sum`;
  const files = disk.contents();
  await series.close();
  if ((files.get(path)?.length ?? 0) === 0) throw new Error('the feed has no sums to damage');
  return {
    name: '.sum',
    path,
    files,
    async judge({ series: found }) {
      const windows = JSON.stringify(await found.windows(1, edges));
      return windows === expected ? [] : [`the windows are ${windows} instead of ${expected}`];
    },
  };
}

function unharmed(series: Damaged['series'], feed: number, truth: Truth): Promise<string[]> {
  return compare(series, feed, truth, () => false, false);
}

type Damaged = Parameters<Victim['judge']>[0];

/** Every value that was not `touched` must be there as it was. `gone`: those touched must not be there at all. */
async function compare(
  series: Damaged['series'],
  feed: number,
  truth: Truth,
  touched: (n: number) => boolean,
  gone: boolean,
): Promise<string[]> {
  const found = await valuesOf(series, feed);
  const said = truth.get(feed) ?? new Map<number, number>();
  const problems: string[] = [];
  for (const [time, value] of found)
    if (!said.has(time) || (gone && value !== said.get(time)))
      problems.push(`feed ${feed} at ${time}: ${value} was never said`);
  for (const [time, value] of said) {
    const n = (time - BEGIN) / 10;
    if (!touched(n) && found.get(time) !== value)
      problems.push(`feed ${feed} at ${time}: ${found.get(time)} for ${value}`);
    if (touched(n) && gone && found.has(time)) problems.push(`feed ${feed} at ${time}: came back`);
  }
  return problems;
}
