import { type Clock, sleep } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { encodeMeta } from '../timeseries/meta.ts';
import { RECORD } from '../timeseries/variable-record.ts';
import { type Contents, parseFeed, parseInput, type SourceFeed } from './contents.ts';
import type { Keep, Source, SourceFiles, Survey, WantedFile } from './source.ts';

export interface UrlWish {
  /** Where EmonCMS's start page is. */
  readonly url: string;
  /** Its write key. */
  readonly key: string;
  readonly clock: Clock;
  /** Between two questions, so that a small EmonCMS goes on with its own work. */
  readonly pauseMs?: number;
}

/** A running EmonCMS, asked over its own interface, one question at a time. */
export function urlSource({ url, key, clock, pauseMs = 50 }: UrlWish): Source {
  const ask = new Asking(url, key, clock, pauseMs);
  return {
    name: url,
    hasUsers: false,
    async survey(): Promise<Survey> {
      const feeds = parseList(await ask.json('feed/list.json', {}), url).map(parseFeed);
      const inputs = parseList(await ask.json('input/list.json', {}), url).map(parseInput);
      const files = new Map<number, SourceFiles>();
      const listed: SourceFeed[] = [];
      for (const feed of feeds) {
        if (feed.engine === 7) listed.push({ ...feed, user: null, processList: await virtualList(ask, feed.id) });
        else listed.push({ ...feed, user: null });
        if (feed.engine === 5 || feed.engine === 2) files.set(feed.id, await filesOf(ask, feed));
      }
      const people = { users: [], schedules: await schedulesOf(ask), devices: [], others: new Map() };
      const contents: Contents = {
        ...people,
        feeds: listed,
        inputs: inputs.map((input) => ({ ...input, user: null })),
      };
      return { contents, files, strange: [] };
    },
    async fetch(wanted: readonly WantedFile[], keep: Keep, partOf): Promise<void> {
      for (const file of wanted) await fetchFile(ask, clock, file, keep, partOf);
    },
  };
}

const TRIES = 4;

/** Goes on where an answer broke off. */
async function fetchFile(
  ask: Asking,
  clock: Clock,
  file: WantedFile,
  keep: Keep,
  partOf: (file: WantedFile) => number,
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    // EmonCMS sends the last value that the asker has once more: it may have changed since.
    const part = partOf(file);
    const start = file.name.endsWith('.MYD') ? part - (part % RECORD) : part - (part % 4);
    const from = file.name.endsWith('.MYD') ? start : Math.max(0, start - 4);
    try {
      const bytes = file.bytes === 0 ? none() : await ask.bytes('feed/export.json', { id: file.feed, start });
      return await keep(file, from, bytes);
    } catch (error) {
      const got = partOf(file) > part;
      if (left <= 1 && !got) throw error;
      if (got) left = TRIES;
      await sleepAwake(clock, RETRY_MS);
    }
  }
}

const RETRY_MS = 1000;

async function* none(): AsyncGenerator<Buffer> {}

async function filesOf(ask: Asking, { id, engine }: SourceFeed): Promise<SourceFiles> {
  const meta = await ask.json('feed/getmeta.json', { id });
  const numbers = (typeof meta === 'object' && meta !== null ? meta : {}) as Record<string, unknown>;
  const points = Number(numbers.npoints);
  if (engine === 2) return { meta: null, data: null, records: Number.isInteger(points) ? points * RECORD : null };
  const [interval, startTime] = [Number(numbers.interval), Number(numbers.start_time)];
  if (!isU32(interval) || !isU32(startTime) || !Number.isInteger(points))
    return { meta: null, data: null, records: null };
  return { meta: encodeMeta({ interval, startTime }), data: points * 4, records: null };
}

function isU32(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 0xffffffff;
}

async function virtualList(ask: Asking, id: number): Promise<string> {
  const list = await ask.json('feed/process/get.json', { id });
  return typeof list === 'string' ? list : '';
}

/** Older ones have no schedules. */
async function schedulesOf(ask: Asking): Promise<Contents['schedules']> {
  const list = await ask.json('schedule/list.json', {}).catch(() => []);
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    const { id, name, expression, own, public: open } = textsOf(one);
    if (!/^\d+$/.test(id ?? '') || own === '0' || own === 'false') return [];
    return [
      {
        id: Number(id),
        user: null,
        name: name ?? '',
        expression: expression ?? '',
        public: open === '1' || open === 'true',
      },
    ];
  });
}

function parseList(answer: unknown, url: string): Record<string, string | null>[] {
  if (Array.isArray(answer)) return answer.map(textsOf);
  throw new HubError('HUB_IMPORT', { sentence: `${url} does not answer as EmonCMS does, or does not take this key.` });
}

/** Every field as EmonCMS's database would print it. */
function textsOf(one: unknown): Record<string, string | null> {
  if (typeof one !== 'object' || one === null) return {};
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name, value === null || value === undefined ? null : String(value)]),
  );
}

type Query = Readonly<Record<string, string | number>>;

class Asking {
  readonly #url: string;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #pauseMs: number;

  constructor(url: string, key: string, clock: Clock, pauseMs: number) {
    this.#url = url.endsWith('/') ? url : `${url}/`;
    this.#key = key;
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  async json(path: string, query: Query): Promise<unknown> {
    const answer = await this.#get(path, query);
    const text = await answer.text();
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return null;
    }
  }

  async bytes(path: string, query: Query): Promise<AsyncIterable<Uint8Array>> {
    const { body, headers } = await this.#get(path, query);
    const type = headers.get('content-type') ?? '';
    if (!type.startsWith('application/octet-stream')) {
      throw new HubError('HUB_IMPORT', {
        sentence: `${this.#url} answers ${type || 'nothing'} to ${path} in place of bytes.`,
      });
    }
    return (body ?? none()) as AsyncIterable<Uint8Array>;
  }

  async #get(path: string, query: Query): Promise<Response> {
    await sleepAwake(this.#clock, this.#pauseMs);
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    let answer: Response;
    try {
      // In a header, so that the key stays out of logs on the way.
      answer = await fetch(url, { headers: { authorization: `Bearer ${this.#key}` }, redirect: 'follow' });
    } catch (cause) {
      const why = (cause as { cause?: Error }).cause?.message ?? (cause as Error).message;
      throw new HubError('HUB_IMPORT', { sentence: `${url.origin} cannot be reached: ${why}.`, cause });
    }
    if (answer.ok || answer.status === 406) return answer;
    const why = answer.status === 401 ? 'does not take this key' : `answers ${answer.status} to ${path}`;
    throw new HubError('HUB_IMPORT', { sentence: `${url.origin} ${why}.` });
  }
}

/** The clock's own timers let a process end that has nothing else to do. */
async function sleepAwake(clock: Clock, ms: number): Promise<void> {
  const awake = setInterval(() => undefined, 1 << 30);
  try {
    await sleep(clock, ms);
  } finally {
    clearInterval(awake);
  }
}
