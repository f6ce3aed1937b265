import type { SourceFeed } from './contents.ts';
import { changed, type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import type { FeedRow, HubState, PlannedFile } from './plan.ts';
import type { People } from './plan-people.ts';
import { judgeFiles } from './series-files.ts';
import type { Survey } from './source.ts';

export interface PlannedFeeds {
  readonly rows: readonly FeedRow[];
  readonly files: readonly PlannedFile[];
  readonly numbers: Numbers;
  readonly notes: readonly Note[];
}

/** Every feed that has an owner here and files that can be read. Lists are still EmonCMS's. */
export function planFeeds(
  { contents, files: found }: Survey,
  hub: HubState,
  people: People,
  now: number,
): PlannedFeeds {
  const numbers = new Numbers(
    [...hub.feeds.map(({ id }) => id), ...hub.files],
    contents.feeds.map(({ id }) => id),
  );
  const names = new Names(hub);
  const rows: FeedRow[] = [];
  const files: PlannedFile[] = [];
  const notes: Note[] = [];
  for (const feed of contents.feeds) {
    const account = people.accountOf(feed.user);
    const what = `feed ${feed.id} (${feed.tag ? `${feed.tag}: ` : ''}${feed.name})`;
    if (account === undefined) {
      if (!people.knows(feed.user)) notes.push(notTaken(what, 'it belongs to nobody in the dump'));
      continue;
    }
    const { engine } = feed;
    if (engine !== 5 && engine !== 2 && engine !== 7) {
      notes.push(
        notTaken(what, `its engine, ${ENGINES[engine] ?? `number ${engine}`}, has no files that Hearth can read`),
      );
      continue;
    }
    const judged = engine === 7 ? null : judgeFiles(feed, found.get(feed.id));
    if (judged && !judged.ok) {
      notes.push(notTaken(what, judged.why));
      continue;
    }
    const id = numbers.give(feed.id);
    rows.push(rowOf(feed, { id, account, engine, interval: judged?.interval ?? 0, now }, names, notes, what));
    if (!judged) continue;
    notes.push(...judged.notes);
    const meta = judged.meta?.toString('base64') ?? null;
    files.push({
      feed: id,
      engine: engine as 5 | 2,
      interval: judged.interval,
      from: judged.file.name,
      bytes: judged.file.bytes,
      meta,
    });
  }
  return { rows, files, numbers, notes: [...notes, ...unclaimed({ contents, files: found })] };
}

const ENGINES: Readonly<Record<number, string>> = {
  0: 'MySQL',
  1: 'Timestore',
  3: 'Graphite',
  4: 'PHPTimestore',
  6: 'PHPFiwa',
  8: 'MySQL in memory',
  9: 'the Redis buffer',
  10: 'Cassandra',
};

function rowOf(
  feed: SourceFeed,
  {
    id,
    account,
    engine,
    interval,
    now,
  }: { id: number; account: number; engine: 5 | 2 | 7; interval: number; now: number },
  names: Names,
  notes: Note[],
  what: string,
): FeedRow {
  const tag = feed.tag === null ? null : cut(feed.tag, LONGEST_NAME);
  const name = names.free(account, tag, cut(feed.name, LONGEST_NAME - 4));
  if (name !== feed.name) notes.push(changed(what, `is called "${name}" here`));
  const unit = cut(feed.unit, LONGEST_UNIT);
  return {
    id,
    account,
    name,
    tag,
    unit,
    public: feed.public ? 1 : 0,
    engine,
    interval,
    process_list: feed.processList,
    created: now,
  };
}

const LONGEST_NAME = 128;
const LONGEST_UNIT = 10;

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : [...text].slice(0, longest).join('').slice(0, longest);
}

/** Of one tag and name a household has one feed. */
class Names {
  readonly #taken: Set<string>;

  constructor({ feeds }: HubState) {
    this.#taken = new Set(feeds.map(({ account, tag, name }) => JSON.stringify([account, tag, name])));
  }

  /** The name, or with a number behind it where a feed has it already. */
  free(account: number, tag: string | null, name: string): string {
    for (let count = 1; ; count += 1) {
      const tried = count === 1 ? name : `${name} ${count}`;
      const key = JSON.stringify([account, tag, tried]);
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return tried;
    }
  }
}

function unclaimed({ contents, files }: Pick<Survey, 'contents' | 'files'>): Note[] {
  const known = new Map(contents.feeds.map((feed) => [feed.id, feed.engine]));
  return [...files].flatMap(([id, { meta, data, records }]) => {
    const fixed = (meta !== null || data !== null) && known.get(id) !== 5 && known.get(id) !== 6;
    const variable = records !== null && known.get(id) !== 2;
    const why = 'no feed uses it';
    return [...(fixed ? [notTaken(`${id}.dat`, why)] : []), ...(variable ? [notTaken(`feed_${id}.MYD`, why)] : [])];
  });
}
