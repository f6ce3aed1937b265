import { type Contents, ContentsReader, type SourceFeed } from './contents.ts';
import { parseFileName } from './file-names.ts';
import type { SourceFiles, Survey } from './source.ts';
import { readDump } from './sql-dump.ts';

/** A `.meta` has 16 bytes; of anything longer no more is looked at. */
export const META_LOOK = 64;

/** Gathers what stands in folders and archives of EmonCMS. */
export class FileSurvey {
  readonly #files = new Map<number, { meta: Buffer | null; data: number | null; records: number | null }>();
  readonly #strange: { file: string; why: string }[] = [];
  readonly #reader = new ContentsReader();
  #dumped = false;

  /** Notes a data file. `meta` holds its first bytes where it is a `.meta`. False where the name is none of EmonCMS's. */
  add(name: string, size: number, meta: Buffer | null): boolean {
    const parsed = parseFileName(name);
    if (!parsed) return false;
    const files = this.#files.get(parsed.feed) ?? { meta: null, data: null, records: null };
    if (parsed.kind === 'meta') files.meta = meta;
    else files[parsed.kind] = size;
    this.#files.set(parsed.feed, files);
    return true;
  }

  strange(file: string, why: string): void {
    this.#strange.push({ file, why });
  }

  async dump(bytes: AsyncIterable<Buffer | string>): Promise<void> {
    this.#dumped = true;
    await readDump(bytes, ContentsReader.wants, (table, row) => this.#reader.take(table, row));
  }

  result(): Survey {
    const contents = this.#reader.contents();
    const files: ReadonlyMap<number, SourceFiles> = this.#files;
    return {
      contents: this.#dumped ? contents : { ...contents, feeds: namelessFeeds(files) },
      files,
      strange: this.#strange,
    };
  }
}

/** Without a dump a feed is called by its number. Should a number stand for two files, the fixed one counts. */
function namelessFeeds(files: ReadonlyMap<number, SourceFiles>): Contents['feeds'] {
  const feeds: SourceFeed[] = [];
  for (const [id, { meta, data }] of [...files].sort(([a], [b]) => a - b)) {
    const engine = meta !== null || data !== null ? 5 : 2;
    feeds.push({
      id,
      user: null,
      name: `feed ${id}`,
      tag: 'emoncms',
      unit: '',
      public: false,
      engine,
      processList: '',
    });
  }
  return feeds;
}
