import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { type Damage, Engine } from './engine.ts';
import { FeedFolder, type Report } from './feed-folder.ts';
import type { FileSystem } from './file.ts';
import { Journal, KEPT_FOLDER } from './journal.ts';
import { segmentName } from './journal-segment.ts';
import { readJournal, replay, settleFiles } from './recover.ts';
import type { Series } from './series.ts';
import { markDirty, type Storage } from './storage.ts';

export interface SeriesDeps {
  /** Where the feeds' files are. */
  readonly folder: string;
  /** Where the journal's segments are. */
  readonly journal: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  /** Size at which a journal segment gives way to the next one; 1 MiB. */
  readonly segmentBytes?: number;
}

const MAX_DAMAGES = 1000;
const SEGMENT_BYTES = 1024 * 1024;

/**
 * The series of a storage folder, with everything the journal holds already in place. Damage is reported in `health()`
 * and never keeps the folder from opening; nor does a disk that takes no writes: then nothing is acknowledged.
 */
export async function openSeries(deps: SeriesDeps): Promise<Series> {
  const { files, clock, log } = deps;
  const damages: Damage[] = [];
  const report: Report = (file, offset, what) => {
    log.warn({ file, offset, what }, 'damage found in the series');
    if (damages.length < MAX_DAMAGES) damages.push({ file, offset, what });
  };
  const folder = new FeedFolder(deps.folder, files, report);
  const recovery = {
    folder: deps.folder,
    journal: deps.journal,
    files,
    report,
    touched: (feed: Parameters<typeof touch>[1], segment: number) => touch(storage, feed, segment),
    homeless: (feed: number, segment: number) => keep(feed, segment),
  };
  const reading = await readJournal(recovery);
  const names = await settleFiles(recovery, reading);
  const journal: Journal = new Journal(
    {
      folder: deps.journal,
      files,
      segmentBytes: deps.segmentBytes ?? SEGMENT_BYTES,
      checkpoint: (out) => engine.checkpoint(out),
      onFailure: () => engine.announce(),
      onSegment: () => engine.segmentBegun(),
    },
    reading.segments.map(({ sequence, bytes }) => [sequence, bytes] as const),
  );
  const storage: Storage = {
    folder,
    files,
    clock,
    journal,
    feeds: folder.feeds(names),
    dirty: new Set(),
    unfinished: new Map(),
    removed: new Map(reading.removed),
    operation: reading.lastOperation,
    waiting: 0,
  };
  const kept = new Set<string>();
  const keep = (feed: number, segment: number) => {
    if (kept.has(`${feed}/${segment}`)) return;
    kept.add(`${feed}/${segment}`);
    journal.keep(segment);
    const path = join(deps.journal, segmentName(segment));
    report(
      path,
      0,
      `holds points of feed ${feed}, whose files cannot be used; goes to ${KEPT_FOLDER}/ instead of being deleted`,
    );
  };
  const engine: Engine = new Engine(storage, log, damages);
  await replay(recovery, reading, storage.feeds);
  storage.waiting = [...storage.dirty].reduce((sum, file) => sum + file.waiting, 0);
  await engine.begin();
  return engine;
}

function touch(
  storage: Storage,
  feed: { readonly loaded: Parameters<typeof markDirty>[1] | null },
  segment: number,
): void {
  if (feed.loaded) markDirty(storage, feed.loaded, segment);
}
