import type { Batch, FeedFile } from './feed-file.ts';
import { type File, replaceFile, syncFolder, withFile, writeAll } from './file.ts';
import type { Storage } from './storage.ts';

/** A value waits for the rest of its block this long at most: a feed with a value a minute fills one in 17 hours. */
const MAX_WAIT_MS = 24 * 3600 * 1000;
/** A segment this far behind the newest one is not waited for any longer. */
export const MAX_SEGMENTS = 16;
/** Files held open at once. */
const TOGETHER = 64;

interface Task {
  readonly file: FeedFile;
  readonly everything: boolean;
  readonly batch: Batch;
}

/**
 * Moves what waits into the data files: whole blocks, or everything of a feed when `all` or long overdue; then removes the
 * segments nobody needs. After a crash at any point every value is in its synced file, or in a segment that is still there.
 */
export async function flush(storage: Storage, mode: 'due' | 'all'): Promise<void> {
  const now = storage.clock.monotonic();
  const overdue = (file: FeedFile) =>
    mode === 'all' ||
    now - file.waitingSince >= MAX_WAIT_MS ||
    file.firstSegment <= storage.journal.sequence - MAX_SEGMENTS;
  // Newest readings and states are in the journal alone.
  if (mode === 'all') await storage.journal.sync();
  const files = [...storage.dirty];
  for (let i = 0; i < files.length; i += TOGETHER) await flushFiles(storage, files.slice(i, i + TOGETHER), overdue);
  await trimJournal(storage);
  for (const { loaded } of storage.feeds.values()) await loaded?.save();
}

/** The same for these files only, and without touching the journal's segments. */
export async function flushFiles(
  storage: Storage,
  files: readonly FeedFile[],
  everything: (file: FeedFile) => boolean,
): Promise<void> {
  const { journal, clock } = storage;
  const segment = journal.sequence;
  const since = clock.monotonic();
  const tasks: Task[] = [];
  for (const file of files) {
    const all = everything(file);
    const batch = await file.batch(all);
    if (batch) tasks.push({ file, everything: all, batch });
    else settle(storage, file);
  }
  if (tasks.length === 0) return;
  // Written ahead: should the power fail in the middle of a block, the journal can write all of it again.
  await journal.sync();
  await together(tasks, async ({ batch }) => batch.retract?.());
  await writeMetas(storage, tasks);
  await writeData(storage, tasks);
  for (const { file, everything: all, batch } of tasks) {
    batch.filed();
    if (all) {
      file.firstSegment = segment;
      file.waitingSince = since;
    }
    settle(storage, file);
  }
  storage.waiting = [...storage.dirty].reduce((sum, file) => sum + file.waiting, 0);
}

/** Removes the segments of which everything is in synced files and in a later, synced checkpoint. */
export async function trimJournal(storage: Storage): Promise<void> {
  const { journal, dirty } = storage;
  let needed = journal.sequence;
  for (const file of dirty) needed = Math.min(needed, file.firstSegment);
  if (needed <= journal.oldest) return;
  await journal.sync();
  await journal.trim(needed);
  for (const [feed, segment] of storage.removed) if (segment < needed) storage.removed.delete(feed);
}

function settle(storage: Storage, file: FeedFile): void {
  if (file.waiting > 0) return;
  file.firstSegment = 0;
  storage.dirty.delete(file);
}

// A start time must be certain before data that counts from it; so must the data file's name in the folder.
async function writeMetas({ files, folder }: Storage, tasks: readonly Task[]): Promise<void> {
  const fresh = tasks.filter(({ batch }) => batch.meta);
  if (fresh.length === 0) return;
  await together(fresh, async ({ batch }) => {
    await replaceFile(files, batch.meta!.path, batch.meta!.bytes);
    await withFile(files, batch.path, 'write', async () => undefined);
  });
  await syncFolder(files, folder.path);
}

async function writeData({ files }: Storage, tasks: readonly Task[]): Promise<void> {
  const open: File[] = [];
  try {
    for (const { batch } of tasks) {
      const file = await files.open(batch.path, 'write');
      open.push(file);
      for (const run of batch.runs) await writeAll(file, run.bytes, run.position);
    }
    // Side by side they share the file system's own journal.
    await together(open, (file) => file.sync());
  } finally {
    for (const file of open) await file.close().catch(() => undefined);
  }
}

// Waits for all, also after a failure, so that no descriptor is closed under a call.
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(items.map(work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
