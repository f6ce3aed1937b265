import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { FeedFile } from './feed-file.ts';
import type { Feed, FeedFolder } from './feed-folder.ts';
import type { FileSystem } from './file.ts';
import type { Journal } from './journal.ts';
import type { RecordBuffer } from './journal-record.ts';

/** A change of files that is decided, and in memory done, but not yet on the disk. */
export interface Unfinished {
  readonly record: (out: RecordBuffer) => void;
  readonly finish: () => Promise<void>;
}

/** What the steps of the engine share. */
export interface Storage {
  readonly folder: FeedFolder;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly feeds: Map<number, Feed>;
  /** The files for which something waits in memory. */
  readonly dirty: Set<FeedFile>;
  readonly unfinished: Map<number, Unfinished>;
  /** Feeds removed by a record that the journal still holds, and its segment. */
  readonly removed: Map<number, number>;
  /** Number of the last replacement of files. */
  operation: number;
  /** Values in memory, counted up by appends and anew after each flush. */
  waiting: number;
}

/** Notes that the file has values which only memory and the journal from segment `since` on hold. */
export function markDirty(storage: Storage, file: FeedFile, since: number): void {
  if (file.firstSegment !== 0) return;
  file.firstSegment = since;
  file.waitingSince = storage.clock.monotonic();
  storage.dirty.add(file);
}

/** Any failure of the disk as HUB_STORAGE. */
export function storageError(cause: unknown): HubError {
  return cause instanceof HubError ? cause : new HubError('HUB_STORAGE', { cause });
}
