import { call, createFeed, recordNodes } from '../ingest/house.ts';

/** An EmonCMS interface somewhere, with what the bench has made there. */
export interface Site {
  readonly url: string;
  readonly key: string;
  /** A feed with a year of values at 10 s. */
  readonly year: number;
  readonly start: number;
  /** Feeds the bench made, to be deleted again. */
  readonly feeds: readonly number[];
}

/** One question or upload, asked again and again. */
export interface Task {
  readonly name: string;
  readonly path: (site: Site) => string;
  readonly body?: (site: Site) => string;
}

const DAY = 86_400;
const YEAR = 365 * DAY;
const INTERVAL = 10;
/** Values in one upload. */
const PIECE = 20_000;
const FEEDS = 50;
const POSTED = 'hearthbenchpost';
const UPLOADED = 'hearthbenchbulk';
const FIVE = '{"a":1,"b":2,"c":3,"d":4,"e":5}';
const BULK = JSON.stringify(Array.from({ length: 100 }, (_, row) => [row * 10, UPLOADED, 1 + row, 2, 3, 4, 5]));

const yearOf = ({ key, year, start }: Site, more: string) =>
  `/feed/data.json?apikey=${key}&id=${year}&start=${start}&end=${start + YEAR}&skipmissing=0&limitinterval=0&${more}`;

/** What EmonCMS's users do all day. */
export const TASKS: readonly Task[] = [
  {
    name: 'input/post, 5 logged inputs',
    path: ({ key }) => `/input/post?apikey=${key}&node=${POSTED}`,
    body: () => `fulljson=${FIVE}`,
  },
  {
    name: 'input/bulk, 100 rows of 5 logged inputs',
    path: ({ key }) => `/input/bulk?apikey=${key}`,
    body: ({ start }) => `time=${start + YEAR - DAY}&data=${BULK}`,
  },
  { name: 'feed/data, a year as 800 averages', path: (site) => yearOf(site, `interval=${YEAR / 800}&average=1`) },
  { name: 'feed/data, daily averages of a year', path: (site) => yearOf(site, 'interval=daily&average=1') },
  { name: 'feed/data, 800 samples of a year', path: (site) => yearOf(site, `interval=${YEAR / 800}`) },
  { name: `feed/list of ${FEEDS} feeds`, path: ({ key }) => `/feed/list.json?apikey=${key}` },
];

/** Makes inputs and feeds and uploads a year of values. */
export async function furnish(url: string, key: string, now: number): Promise<Site> {
  const posted = await recordNodes(url, key, [POSTED], { reading: () => FIVE });
  const uploaded = await recordNodes(url, key, [UPLOADED], { reading: () => '[1,2,3,4,5]' });
  const spare: number[] = [];
  for (let count = posted.length + uploaded.length + 1; count < FEEDS; count += 1) {
    spare.push(await createFeed(url, key, { tag: 'hearthbench', name: `spare${count}`, interval: INTERVAL }));
  }
  const year = await createFeed(url, key, { tag: 'hearthbench', name: 'year', interval: INTERVAL });
  const start = now - (now % DAY) - YEAR - DAY;
  for (let at = 0; at < YEAR / INTERVAL; at += PIECE) {
    const data = JSON.stringify(yearPiece(start, at, Math.min(PIECE, YEAR / INTERVAL - at)));
    const taken = (await call(`${url}/feed/insert.json?apikey=${key}&id=${year}`, { data })) as { success?: boolean };
    if (taken.success === false) throw new Error(`the year was not taken: ${JSON.stringify(taken)}`);
  }
  return { url, key, year, start, feeds: [...posted, ...uploaded, ...spare, year] };
}

/** A plausible day's shape, the same on both sides. */
export function yearPiece(start: number, first: number, count: number): [time: number, value: number][] {
  return Array.from({ length: count }, (_, index) => {
    const time = start + (first + index) * INTERVAL;
    return [time, Math.round(300 + 250 * Math.sin((time % DAY) / 13_751) + (time % 61))];
  });
}

/** Takes the bench's feeds and inputs away again. */
export async function clear({ url, key, feeds }: Site): Promise<void> {
  for (const feed of feeds) await call(`${url}/feed/delete.json?apikey=${key}&id=${feed}`);
  const inputs = (await call(`${url}/input/list.json?apikey=${key}`)) as unknown as { id: string; nodeid: string }[];
  const own = inputs.filter(({ nodeid }) => nodeid === POSTED || nodeid === UPLOADED);
  for (const { id } of own) await fetch(`${url}/input/delete.json?apikey=${key}&inputid=${id}`);
}
